import LinearAlgebra

/// What an ensemble says of n samples.
public struct EnsembleScores: Equatable, Sendable {
    /// n × L in 0…1: the weighted mean of the members' calibrated scores, whatever the decision rule.
    public let scores: Matrix<Double>
    /// n × L.
    public let decision: LabelMatrix
    /// One n × L matrix per member, calibrated.
    public let memberScores: [Matrix<Double>]
    /// One n × L matrix per member, by its own thresholds.
    public let memberDecisions: [LabelMatrix]

    public init(
        scores: Matrix<Double>, decision: LabelMatrix, memberScores: [Matrix<Double>], memberDecisions: [LabelMatrix]
    ) {
        self.scores = scores
        self.decision = decision
        self.memberScores = memberScores
        self.memberDecisions = memberDecisions
    }
}
