import LinearAlgebra

/// The rules for uncertain decisions.
///
/// A decision is uncertain if no label is decided. Optional rules add: the confidence is too low, the members disagree,
/// or conformal prediction does not support an answer.
///
/// Each of the L answers, yes or no, has the calibrated probability p or 1 − p of being correct. The confidence of a
/// sample is the lowest of them. It is an upper bound of the probability that the complete decision is correct. It is
/// not max(p, 1 − p): a threshold tuned for F1 may decide yes at p = 0.2, an answer that is probably wrong. It is not
/// the highest score either, which ignores a second condition that was almost decided.
public struct UncertaintyPolicy: Codable, Equatable, Sendable {
    /// The minimum confidence, 0…1; nil disables the rule.
    public var minimumConfidence: Double?
    /// The maximum difference between the calibrated scores of two members for a label, 0…1; nil disables the rule.
    public var maximumSpread: Double?
    /// Conformal sets; a decision is uncertain if the set of a label is not exactly its answer. Nil disables the rule.
    ///
    /// The reason is `low_confidence`. {yes, no} and ∅ leave the label open. A set with the other answer contradicts a
    /// threshold that was not tuned for accuracy.
    public var conformal: ConformalLabels?

    public init(
        minimumConfidence: Double? = nil, maximumSpread: Double? = nil, conformal: ConformalLabels? = nil
    ) {
        self.minimumConfidence = minimumConfidence
        self.maximumSpread = maximumSpread
        self.conformal = conformal
    }

    /// Decides one sample.
    ///
    /// - Parameters:
    ///   - scores: L calibrated probabilities.
    ///   - decided: L, 0 or 1: the decisions of the vote.
    ///   - memberScores: L calibrated probabilities per member; may be empty.
    ///   - findings: reasons from other checks, for example of the picture.
    public func decide(
        scores: some Collection<Double>, decided: some Collection<UInt8>, memberScores: [[Double]] = [],
        findings: [Reason] = []
    ) -> Decision {
        let scores = Array(scores)
        let decided = Array(decided)
        precondition(scores.count == decided.count, "\(scores.count) scores and \(decided.count) answers")
        precondition(scores.allSatisfy { $0 >= 0 && $0 <= 1 }, "scores must be probabilities")
        var reasons = findings
        if !decided.contains(1) { reasons.append(.noLabelDecided) }
        let confidence = Self.confidence(scores: scores, decided: decided)
        if let minimumConfidence, confidence < minimumConfidence { reasons.append(.lowConfidence) }
        if let conformal, !supports(conformal, scores, decided) { reasons.append(.lowConfidence) }
        if let maximumSpread, Self.spread(memberScores) > maximumSpread { reasons.append(.membersDisagree) }
        return Decision(
            labels: decided.indices.filter { decided[$0] == 1 }, confidence: confidence, reasons: reasons)
    }

    /// Decides n samples.
    ///
    /// - Parameters:
    ///   - scores: n × L, calibrated probabilities.
    ///   - decision: n × L: the decisions of the vote.
    ///   - memberScores: n × L calibrated probabilities per member; may be empty.
    ///   - findings: n lists of reasons from other checks; may be empty.
    public func decide(
        scores: Matrix<Double>, decision: LabelMatrix, memberScores: [Matrix<Double>] = [], findings: [[Reason]] = []
    ) -> [Decision] {
        requireProbabilities(scores, of: decision)
        precondition(
            memberScores.allSatisfy { $0.rows == scores.rows && $0.columns == scores.columns },
            "the members and the ensemble have scores of different shapes")
        precondition(
            findings.isEmpty || findings.count == scores.rows, "\(findings.count) findings, \(scores.rows) samples")
        return (0 ..< scores.rows).map { row in
            decide(
                scores: scores.row(row), decided: decision.row(row),
                memberScores: memberScores.map { Array($0.row(row)) }, findings: findings.isEmpty ? [] : findings[row])
        }
    }

    /// Returns the lowest probability of a correct answer; 1 without answers.
    public static func confidence(scores: some Collection<Double>, decided: some Collection<UInt8>) -> Double {
        zip(scores, decided).reduce(1) { lowest, answer in min(lowest, answer.1 == 1 ? answer.0 : 1 - answer.0) }
    }

    /// Returns the largest difference between the scores of two members for a label; 0 with fewer than two members.
    public static func spread(_ memberScores: [[Double]]) -> Double {
        guard let first = memberScores.first else { return 0 }
        precondition(
            memberScores.allSatisfy { $0.count == first.count }, "the members have different numbers of labels")
        return first.indices.reduce(0) { widest, label in
            let scores = memberScores.map { $0[label] }
            return max(widest, scores.max()! - scores.min()!)
        }
    }

    private func supports(_ conformal: ConformalLabels, _ scores: [Double], _ decided: [UInt8]) -> Bool {
        precondition(conformal.bounds.count == scores.count, "\(conformal.bounds.count) bounds, \(scores.count) labels")
        return scores.indices.allSatisfy { label in
            conformal.answer(label: label, score: scores[label]) == (decided[label] == 1 ? .yes : .no)
        }
    }
}
