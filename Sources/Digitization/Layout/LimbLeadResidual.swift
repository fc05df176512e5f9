import Foundation

/// The agreement of limb leads that are drawn at the same time.
///
/// Every limb lead is a combination of I and II. With three or more leads, the combination that fits best leaves a
/// remainder, and the remainder's power is that of the noise.
enum LimbLeadResidual {
    /// Shares of I and II in each limb lead.
    static let shares: [String: (Double, Double)] = [
        "I": (1, 0), "II": (0, 1), "III": (-1, 1), "aVR": (-0.5, -0.5), "aVL": (1, -0.5), "aVF": (-0.5, 1),
    ]

    /// The result of a check.
    struct Agreement: Equatable {
        /// Power of the leads over that of the noise, in dB.
        var decibels: Double
        /// Root mean square of the noise, in the unit of the samples.
        var noise: Double
        /// The same power ratio if each lead may have a gain of its own; nil if only a negative gain fits.
        var decibelsWithGains: Double?
        /// Number of triples whose relation was tested.
        var relations: Int

        /// The ratio that tells whether the names are right: leads with gains of their own count a little less.
        var decibelsOfNames: Double { max(decibels, (decibelsWithGains ?? -.infinity) - 3) }
    }

    /// Leads whose weighted sum vanishes, three of which are enough to check names when gains differ.
    private static let triples = [["I", "II", "III"], ["aVR", "aVL", "aVF"]]

    /// The agreement of three leads when each may have a positive gain of its own.
    ///
    /// Some programs scale every lead to the same height, which breaks the relations but not their signs.
    private static func decibelsWithGains(_ leads: [(factor: (Double, Double), values: [Double])]) -> Double? {
        func cross(_ a: (Double, Double), _ b: (Double, Double)) -> Double { a.0 * b.1 - a.1 * b.0 }
        let f = leads.map(\.factor)
        let law = [cross(f[1], f[2]), cross(f[2], f[0]), cross(f[0], f[1])]
        let unit = zip(leads, law).map { lead, weight -> [Double] in
            let power = lead.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return lead.values.map { $0 * (weight < 0 ? -1 : 1) / max(power, 1e-12) }
        }
        let correlations = unit.map { left in unit.map { right in zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } } }
        // The eigenvector of the smallest eigenvalue, by iteration.
        var vector = [1.0, 1, 1]
        for _ in 0 ..< 300 {
            let next = (0 ..< 3).map { row in
                3 * vector[row] - (0 ..< 3).reduce(0) { $0 + correlations[row][$1] * vector[$1] }
            }
            let length = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 1e-12 else { return nil }
            vector = next.map { $0 / length }
        }
        guard vector.allSatisfy({ $0 > -0.1 }) else { return nil }
        let power = (0 ..< 3).reduce(0) { sum, row in
            sum + vector[row] * (0 ..< 3).reduce(0) { $0 + correlations[row][$1] * vector[$1] }
        }
        return -10 * log10(max(power, 1e-12))
    }

    /// Compares leads of the same times.
    ///
    /// - Parameter leads: lead names and samples, NaN where a lead was not read. Other leads than limb leads are left
    ///   out.
    /// - Returns: nil with fewer than three leads, or fewer than 100 common samples.
    static func agreement(_ leads: [(name: String, samples: [Float])]) -> Agreement? {
        let used = leads.filter { shares[$0.name] != nil }
        guard used.count >= 3, let length = used.map(\.samples.count).min() else { return nil }
        let common = (0 ..< length).filter { index in used.allSatisfy { $0.samples[index].isFinite } }
        guard common.count >= 100 else { return nil }
        let centered = used.map { lead in
            let values = common.map { Double(lead.samples[$0]) }
            let middle = values.sorted()[values.count / 2]
            return values.map { $0 - middle }
        }
        let factors = used.map { shares[$0.name]! }
        // Normal equations of the two unknown signals, the same for all samples.
        let aa = factors.reduce(0) { $0 + $1.0 * $1.0 }
        let ab = factors.reduce(0) { $0 + $1.0 * $1.1 }
        let bb = factors.reduce(0) { $0 + $1.1 * $1.1 }
        let determinant = aa * bb - ab * ab
        guard determinant > 1e-9 else { return nil }
        var remainders = [[Double]](repeating: [], count: used.count)
        var power = 0.0
        for index in common.indices {
            var (p, q) = (0.0, 0.0)
            for (lead, factor) in zip(centered, factors) {
                p += factor.0 * lead[index]
                q += factor.1 * lead[index]
            }
            let one = (bb * p - ab * q) / determinant
            let two = (aa * q - ab * p) / determinant
            for lead in used.indices {
                let value = centered[lead][index]
                power += value * value
                remainders[lead].append(value - factors[lead].0 * one - factors[lead].1 * two)
            }
        }
        var noise = 0.0
        for values in remainders {
            // Offsets of the leads are not noise.
            let mean = values.reduce(0, +) / Double(values.count)
            noise += values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
        let samples = Double(common.count)
        let noisePower = max(noise / samples / Double(used.count - 2), 1e-12)
        let signalPower = max(power / samples / Double(used.count), 1e-12)
        return Agreement(
            decibels: 10 * log10(signalPower / noisePower), noise: noisePower.squareRoot(),
            decibelsWithGains: withGains(used.map(\.name), centered), relations: used.count == 6 ? 2 : 1)
    }

    /// The lowest agreement of the triples among the leads, or of any three leads; nil if one triple has none.
    private static func withGains(_ names: [String], _ leads: [[Double]]) -> Double? {
        let found = triples.filter { Set($0).isSubset(of: names) }
        let groups = found.isEmpty ? (names.count == 3 ? [names] : []) : found
        guard !groups.isEmpty else { return nil }
        var lowest = Double.infinity
        for group in groups {
            let three = group.map { name -> (factor: (Double, Double), values: [Double]) in
                let values = leads[names.firstIndex(of: name)!]
                let mean = values.reduce(0, +) / Double(values.count)
                return (shares[name]!, values.map { $0 - mean })
            }
            guard let decibels = decibelsWithGains(three) else { return nil }
            lowest = min(lowest, decibels)
        }
        return lowest
    }
}
