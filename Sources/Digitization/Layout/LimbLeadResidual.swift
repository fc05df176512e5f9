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
        return Agreement(decibels: 10 * log10(signalPower / noisePower), noise: noisePower.squareRoot())
    }
}
