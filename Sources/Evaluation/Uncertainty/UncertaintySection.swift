import Classifiers
import Datasets
import Inference
import LinearAlgebra

/// The `uncertainty` block of an experiment file, except for the bounds in `UncertaintyPolicy`.
public struct UncertaintySection: Sendable, Equatable {
    public enum Rule: String, CaseIterable, Sendable {
        case confidence, conformal, both
    }

    public let rule: Rule
    /// The nominal error of conformal prediction.
    public let alpha: Double
    /// The share of the tuning rows that is reserved for conformal prediction.
    public let calibrationShare: Double
    /// The nominal false alarm rate of `not_an_ecg` and of `poor_quality`; nil disables the check.
    public let falseAlarms: Double?

    package init(rule: Rule, alpha: Double, calibrationShare: Double, falseAlarms: Double?) {
        self.rule = rule
        self.alpha = alpha
        self.calibrationShare = calibrationShare
        self.falseAlarms = falseAlarms
    }

    /// Draws the rows for conformal prediction, stratified by label, and by whole groups if groups are known.
    ///
    /// - Parameters:
    ///   - truth: The truth of the tuning rows, n × L.
    ///   - groups: The groups of the tuning rows; nil if not known.
    /// - Returns: The rows and warnings. The rows are nil if the rule uses confidence only, or if the rows cannot be
    ///   split.
    package func plan(
        truth: LabelMatrix, codes: [String], groups: [String?]?, seed: UInt64
    ) -> (plan: ConformalPlan?, warnings: [ResultWarning]) {
        guard rule != .confidence else { return (nil, []) }
        let split: Split
        do {
            split = try Split(parts: Array(repeating: .train, count: truth.rows)).holdingOutValidation(
                calibrationShare, truth, codes: codes, groups: groups, seed: seed &+ 0x636F_6E66)
        } catch {
            return (nil, [.conformalOff(reason: "\(error)")])
        }
        let isKept = split.parts.map { $0 == .validation }
        let least = ConformalLabels.leastSamples(alpha: alpha)
        let support = truth.selecting(rows: split.validation).support
        let kept = split.validation.count
        var warnings: [ResultWarning] = []
        for (label, code) in codes.enumerated() {
            let short = [(true, support[label]), (false, kept - support[label])].filter { $0.1 < least }
            guard let (hasLabel, count) = short.first else { continue }
            warnings.append(
                .fewConformalRows(count, needed: least, hasLabel: hasLabel, label: code, alpha: alpha))
        }
        return (ConformalPlan(alpha: alpha, isKept: isKept), warnings)
    }
}
