import Foundation

/// Sums that decide the quality of a lead, collected piece by piece.
struct LeadStatistics {
    private var total = 0.0
    private var covered = 0.0
    private var flat = 0
    private var railed = 0
    private var valid = 0.0
    private var levels: [Float] = []
    private var ratios: [Float] = []

    mutating func add(_ lead: WorkingLead, levels envelope: EnvelopeLevels, rate: Double) {
        total += Double(lead.values.count)
        covered += lead.coverage * Double(lead.values.count)
        flat += lead.flatCount
        railed += lead.railedCount
        let second = max(1, Int(rate))
        for start in stride(from: 0, to: lead.values.count, by: second) {
            let range = start ..< min(start + second, lead.values.count)
            let present = lead.isValid[range].reduce(0, +)
            valid += Double(present)
            guard present > 0.5 * Float(range.count) else { continue }
            levels.append(lead.values[range].reduce(0, +) / Float(range.count))
        }
        for block in envelope.scale.indices where envelope.weight[block] > 0 {
            ratios.append(envelope.scale[block] / max(envelope.floor[block], 0.001))
        }
    }

    /// - Parameter consistency: the usual correlation of beats with their cluster in this lead; nil if unknown.
    func quality(name: String, consistency: Float?, range: Float) -> LeadQuality {
        let coverage = total > 0 ? covered / total : 0
        let grade: LeadQuality.Grade
        var reasons: [LeadQuality.Reason] = []
        let ratio = MovingWindow.median(of: ratios)
        let isNoisy = !(ratio > Self.lowestRatio) || (consistency ?? 1) < Self.lowestConsistency
        let isFlat = Double(flat) > 0.5 * covered
        let isRailed = Double(railed) > 0.3 * covered
        if isNoisy && !isFlat && !isRailed && covered > 0 { reasons.append(.noise) }
        if wander > max(Self.mostWander, 1.5 * range) { reasons.append(.baselineWander) }
        if Double(railed) > 0.02 * covered { reasons.append(.saturation) }
        if covered > 0, isFlat || Double(flat + railed) > 0.2 * covered { reasons.append(.electrodeOff) }
        if covered == 0 {
            grade = .missing
        } else if isRailed {
            grade = .saturated
        } else if isFlat || valid == 0 {
            grade = .flat
        } else {
            grade = isNoisy ? .noisy : .good
        }
        return LeadQuality(name: name, grade: grade, reasons: reasons, coverage: coverage)
    }

    /// The least ratio of a QRS complex's envelope to what lies between complexes in a good lead.
    static let lowestRatio: Float = 3
    /// The least usual correlation of a beat with its cluster in a good lead.
    static let lowestConsistency: Float = 0.8
    /// mV.
    static let mostWander: Float = 0.5

    /// mV between the 5th and 95th percentile of the levels of single seconds.
    private var wander: Float {
        guard levels.count > 1 else { return 0 }
        let sorted = levels.sorted()
        return sorted[(sorted.count - 1) * 95 / 100] - sorted[(sorted.count - 1) * 5 / 100]
    }
}
