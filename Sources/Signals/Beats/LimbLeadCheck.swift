import Foundation

/// A check of the limb leads' names and of the arms' electrodes.
///
/// Einthoven's and Goldberger's laws hold in every heart: I + III − II, aVR + (I + II)/2, aVL − (I − III)/2 and
/// aVF − (II + III)/2 vanish. A lead under another's name breaks them, and the exchange that mends them is the finding.
/// Leads with gains of their own break them, too; then the laws' signs are tested.
/// Electrodes exchanged on the body keep all laws: exchanged arms are recognized by the shape of lead I, which is then
/// opposite to that of the lateral chest leads.
///
/// Limits: the exchange of I and III alone keeps the first law, and is detected only if there are augmented leads. An
/// exchange of two leads that look the same changes nothing. The arms' electrodes are not judged without a lateral
/// chest lead, nor where lead I is too low or lies across the chest leads.
public struct LimbLeadCheck: Sendable, Equatable {
    public enum Finding: Sendable, Equatable {
        /// Two leads have each other's names, for example I and II.
        case leadsExchanged(String, String)
        /// A lead is upside down.
        case leadInverted(String)
        /// The electrodes of the left and the right arm are exchanged: I is inverted, II and III as well as aVR and aVL
        /// are exchanged. A heart on the right side of the chest looks alike in the limb leads.
        case armElectrodesExchanged
    }

    /// Checks that the signals do not allow.
    public enum Limit: Sendable, Equatable {
        /// Fewer than three of the leads I, II, III are there at the same time.
        case limbLeadsMissing
        /// The exchange of I and III alone cannot be seen without aVR, aVL or aVF.
        case augmentedLeadsMissing
        /// The leads are so alike that their exchange cannot be seen.
        case leadsAlike(String, String)
        /// The arms' electrodes cannot be judged without V5 or V6.
        case lateralChestLeadsMissing
        /// The arms' electrodes cannot be judged: lead I is too low.
        case leadITooLow
    }

    public let finding: Finding?
    public let limits: [Limit]
    /// The power of the signals over that of the laws' remainders in dB; nil where the laws cannot be tested.
    public let agreement: Double?
    /// The evidence for exchanged arm electrodes: above 0 they are exchanged; nil where they cannot be judged.
    public let armScore: Double?

    /// - Parameters:
    ///   - recording: the leads by name, whatever the case.
    ///   - beats: found in the same recording.
    public init(_ recording: Recording, beats: Beats) {
        let laws = LimbLeadLaws(recording, beats: beats)
        let arms = ArmElectrodeScore(recording, beats: beats)
        agreement = laws?.agreement
        var limits = laws?.limits ?? [.limbLeadsMissing]
        if let limit = arms.limit { limits.append(limit) }
        self.limits = limits
        if let broken = laws?.finding {
            finding = broken
            armScore = nil
        } else {
            armScore = arms.score
            finding = (arms.score ?? -1) > 0 ? .armElectrodesExchanged : nil
        }
    }
}

/// Tests the laws of the limb leads, and which exchange of names would mend them.
struct LimbLeadLaws {
    static let names = ["I", "II", "III", "AVR", "AVL", "AVF"]
    /// Coefficients of the laws, in the order of `names`.
    static let laws: [[Double]] = [
        [1, -1, 1, 0, 0, 0], [0.5, 0.5, 0, 1, 0, 0], [-0.5, 0, 0.5, 0, 1, 0], [0, -0.5, -0.5, 0, 0, 1],
    ]
    /// Above this agreement in dB nothing is wrong.
    static let goodAgreement = 12.0
    /// An exchange must lower the remainders' power to this share.
    static let clearShare = 0.25
    /// Three leads depend on each other where a combination of them, each of power 1, has less power than this.
    static let dependentShare = 0.005
    static let smallestWeight = 0.05
    /// Leads differ where the power of their difference is at least this share of their own.
    static let differentShare = 0.1

    let finding: LimbLeadCheck.Finding?
    let limits: [LimbLeadCheck.Limit]
    let agreement: Double

    /// nil where I, II and III are not there at the same time.
    init?(_ recording: Recording, beats: Beats) {
        let places = Self.names.map { name in
            recording.leads.firstIndex { $0.name.uppercased() == name }
        }
        guard places[0] != nil, places[1] != nil, places[2] != nil else { return nil }
        let signals = places.map { place in place.map { recording.leads[$0].samples } }
        let medians = places.map { place in place.flatMap { beats.clusters.first?.medianBeat.leads[$0] } }
        // Leads of a page are not there at the same time, but their median beats are.
        guard let found = Covariance(signals) ?? Covariance(medians) else { return nil }
        let present = found.present
        let used = Self.laws.filter { law in zip(law, present).allSatisfy { $0 == 0 || $1 } }
        let power = present.indices.reduce(0) { $0 + (present[$1] ? found.values[$1][$1] : 0) }
        guard power > 0, !used.isEmpty else { return nil }
        let remainder = { (order: [(Int, Double)]) -> Double in
            used.reduce(0) { $0 + found.power(of: $1, order: order) }
        }
        let identity = Self.names.indices.map { ($0, 1.0) }
        let asNamed = remainder(identity)
        let scale = power / Double(present.count { $0 }) * Double(used.count)
        agreement = 10 * log10(scale / max(asNamed, scale * 1e-9))

        var best: (finding: LimbLeadCheck.Finding, remainder: Double)?
        var limits: [LimbLeadCheck.Limit] = []
        let indices = Self.names.indices.filter { present[$0] }
        for (position, left) in indices.enumerated() {
            var inverted = identity
            inverted[left].1 = -1
            let mended = remainder(inverted)
            if mended < best?.remainder ?? asNamed { best = (.leadInverted(Self.display(left)), mended) }
            for right in indices[(position + 1)...] {
                var exchanged = identity
                exchanged.swapAt(left, right)
                let mended = remainder(exchanged)
                if mended < best?.remainder ?? asNamed {
                    best = (.leadsExchanged(Self.display(left), Self.display(right)), mended)
                }
                let difference = found.values[left][left] + found.values[right][right] - 2 * found.values[left][right]
                if difference < Self.differentShare * max(found.values[left][left], found.values[right][right]) {
                    limits.append(.leadsAlike(Self.display(left), Self.display(right)))
                }
            }
        }
        if used.count == 1 { limits.append(.augmentedLeadsMissing) }
        self.limits = limits
        let isMended = best.map { $0.remainder < Self.clearShare * asNamed } ?? false
        if agreement >= Self.goodAgreement {
            finding = nil
        } else if isMended {
            finding = best?.finding
        } else {
            finding = Self.scaledFinding(found, laws: used, indices: indices, remainder: remainder)
        }
    }

    /// The exchange or inversion that mends the laws' signs where each lead has a gain of its own, as in LUDB.
    ///
    /// The leads of a law then still depend on each other, with the law's signs.
    private static func scaledFinding(
        _ found: Covariance, laws: [[Double]], indices: [Int], remainder: ([(Int, Double)]) -> Double
    ) -> LimbLeadCheck.Finding? {
        let identity = names.indices.map { ($0, 1.0) }
        guard found.agreesInSigns(laws, order: identity) == false else { return nil }
        var best: (finding: LimbLeadCheck.Finding, remainder: Double)?
        func consider(_ finding: LimbLeadCheck.Finding, _ order: [(Int, Double)]) {
            let rest = remainder(order)
            if rest < best?.remainder ?? .infinity, found.agreesInSigns(laws, order: order) == true {
                best = (finding, rest)
            }
        }
        for (position, left) in indices.enumerated() {
            var inverted = identity
            inverted[left].1 = -1
            consider(.leadInverted(display(left)), inverted)
            for right in indices[(position + 1)...] {
                var exchanged = identity
                exchanged.swapAt(left, right)
                consider(.leadsExchanged(display(left), display(right)), exchanged)
            }
        }
        return best?.finding
    }

    private static func display(_ index: Int) -> String { ["I", "II", "III", "aVR", "aVL", "aVF"][index] }

    /// Second moments of the leads over the samples that all of them have, each second's mean taken off.
    private struct Covariance {
        var values = [[Double]](repeating: [Double](repeating: 0, count: 6), count: 6)
        let present: [Bool]

        /// nil without samples that I, II and III have in common; augmented leads without such samples are left out.
        init?(_ signals: [[Float]?]) {
            let leads = signals.map { $0 ?? [] }
            let count = leads[0].count
            let has = { (lead: Int, index: Int) in index < leads[lead].count && abs(leads[lead][index]) < 1e4 }
            let common = (0 ..< count).filter { index in (0 ..< 3).allSatisfy { has($0, index) } }
            guard common.count > 10 else { return nil }
            present = leads.indices.map { lead in
                lead < 3 || common.count { has(lead, $0) } * 10 > 9 * common.count
            }
            let used = present.indices.filter { present[$0] }
            let samples = common.filter { index in used.allSatisfy { abs(leads[$0][index]) < 1e4 } }
            guard samples.count > 10 else { return nil }
            let means = leads.indices.map { lead in
                present[lead] ? samples.reduce(0.0) { $0 + Double(leads[lead][$1]) } / Double(samples.count) : 0
            }
            for index in samples {
                for left in used {
                    let value = Double(leads[left][index]) - means[left]
                    for right in used where right >= left {
                        values[left][right] += value * (Double(leads[right][index]) - means[right])
                    }
                }
            }
            for left in 0 ..< 6 { for right in 0 ..< left { values[left][right] = values[right][left] } }
        }

        /// Whether the leads of each law depend on each other with the law's signs, whatever their gains; nil where
        /// the leads of a law are independent.
        func agreesInSigns(_ laws: [[Double]], order: [(Int, Double)]) -> Bool? {
            var agrees = true
            for law in laws {
                let places = law.indices.filter { law[$0] != 0 }
                let scale = places.map { values[order[$0].0][order[$0].0].squareRoot() }
                guard scale.allSatisfy({ $0 > 0 }) else { return nil }
                let rows = places.indices.map { left in
                    places.indices.map { right in
                        order[places[left]].1 * order[places[right]].1
                            * values[order[places[left]].0][order[places[right]].0] / scale[left] / scale[right]
                    }
                }
                // The weights with which three leads vanish are orthogonal to two rows.
                let candidates = [(0, 1), (0, 2), (1, 2)].map { Self.cross(rows[$0.0], rows[$0.1]) }
                let sizes = candidates.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
                let best = sizes.indices.max { sizes[$0] < sizes[$1] }!
                guard sizes[best] > 1e-6 else { continue }
                let weights = candidates[best].map { $0 / sizes[best] }
                let rest = zip(weights, rows).reduce(0.0) { sum, pair in
                    sum + pair.0 * zip(pair.1, weights).reduce(0) { $0 + $1.0 * $1.1 }
                }
                guard rest < LimbLeadLaws.dependentShare else { return nil }
                // A small weight has no sign.
                guard weights.allSatisfy({ abs($0) > LimbLeadLaws.smallestWeight }) else { continue }
                let signs = zip(weights, places).map { $0 * law[$1] > 0 }
                if Set(signs).count > 1 { agrees = false }
            }
            return agrees
        }

        private static func cross(_ a: [Double], _ b: [Double]) -> [Double] {
            [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
        }

        /// The power of a law's remainder where `order` says which lead, with which sign, stands at each place.
        func power(of law: [Double], order: [(Int, Double)]) -> Double {
            var sum = 0.0
            for left in 0 ..< 6 where law[left] != 0 {
                for right in 0 ..< 6 where law[right] != 0 {
                    sum +=
                        law[left] * law[right] * order[left].1 * order[right].1
                        * values[order[left].0][order[right].0]
                }
            }
            return max(0, sum)
        }
    }
}
