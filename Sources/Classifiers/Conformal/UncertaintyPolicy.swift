import LinearAlgebra

/// When a decision is uncertain.
///
/// It is where no label is decided, and, as far as they are switched on, where the confidence is too low, the members
/// disagree, or conformal prediction does not support an answer.
///
/// The confidence of a sample is that of its least sure answer, where each of the L answers, yes or no, has the
/// calibrated probability p or 1 − p of being right. It is not max(p, 1 − p): a threshold tuned for F1 may say yes at
/// p = 0.2, and that answer is probably wrong however sure the score is of its opposite. Nor is it the top score,
/// which knows nothing of a second condition that was almost decided. It reads: "at most this likely is the whole
/// answer right", because all of the answers are right no more often than any one.
public struct UncertaintyPolicy: Codable, Equatable, Sendable {
    /// Uncertain under this confidence, 0…1; nil switches the rule off.
    public var minimumConfidence: Double?
    /// Uncertain where two members' calibrated scores of a label are further apart, 0…1; nil switches the rule off.
    public var maximumSpread: Double?
    /// Uncertain where a label's conformal set is not exactly the answer given; nil switches the rule off.
    ///
    /// The reason is `low_confidence`: {yes, no} and ∅ leave the label open, and a set of only the other answer
    /// contradicts a threshold that was tuned for something else than being right.
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
    ///   - decided: L, 0 or 1: the answers that the vote gave.
    ///   - memberScores: L calibrated probabilities for each member; empty where there are none to compare.
    ///   - findings: reasons from elsewhere, of the picture for example.
    public func decide(
        scores: some Collection<Double>, decided: some Collection<UInt8>, memberScores: [[Double]] = [],
        findings: [Reason] = []
    ) -> Decision {
        let scores = Array(scores)
        let decided = Array(decided)
        precondition(scores.count == decided.count, "\(scores.count) scores and \(decided.count) answers")
        precondition(scores.allSatisfy { $0 >= 0 && $0 <= 1 }, "scores are probabilities")
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
    ///   - decision: n × L: the answers that the vote gave.
    ///   - memberScores: n × L calibrated probabilities for each member; may be empty.
    ///   - findings: n lists of reasons from elsewhere; may be empty.
    public func decide(
        scores: Matrix<Double>, decision: LabelMatrix, memberScores: [Matrix<Double>] = [], findings: [[Reason]] = []
    ) -> [Decision] {
        requireProbabilities(scores, of: decision)
        precondition(
            memberScores.allSatisfy { $0.rows == scores.rows && $0.columns == scores.columns },
            "members score other samples than the ensemble")
        precondition(
            findings.isEmpty || findings.count == scores.rows, "\(findings.count) findings, \(scores.rows) samples")
        return (0 ..< scores.rows).map { row in
            decide(
                scores: scores.row(row), decided: decision.row(row),
                memberScores: memberScores.map { Array($0.row(row)) }, findings: findings.isEmpty ? [] : findings[row])
        }
    }

    /// The lowest probability of being right among the answers; 1 of no answers.
    public static func confidence(scores: some Collection<Double>, decided: some Collection<UInt8>) -> Double {
        zip(scores, decided).reduce(1) { lowest, answer in min(lowest, answer.1 == 1 ? answer.0 : 1 - answer.0) }
    }

    /// The largest difference between two members' scores of one label; 0 of fewer than two members.
    public static func spread(_ memberScores: [[Double]]) -> Double {
        guard let first = memberScores.first else { return 0 }
        precondition(memberScores.allSatisfy { $0.count == first.count }, "members score different labels")
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
