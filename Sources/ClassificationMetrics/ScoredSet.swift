import LinearAlgebra

/// The truth, scores and decisions of n samples: the input of an evaluation.
public struct ScoredSet: Equatable, Sendable {
    /// n × L.
    public let truth: LabelMatrix
    /// n × L, probabilities.
    public let scores: Matrix<Double>
    /// n × L.
    public let decision: LabelMatrix
    /// n values, or nil if the classifier never abstains.
    public let uncertain: [Bool]?

    /// - Throws: `MetricsError` if a score is not a number from 0 to 1.
    /// - Precondition: the shapes agree.
    public init(
        truth: LabelMatrix, scores: Matrix<Double>, decision: LabelMatrix, uncertain: [Bool]? = nil
    ) throws {
        requireSameShape(truth, decision)
        precondition(
            truth.rows == scores.rows && truth.columns == scores.columns,
            "truth is \(truth.rows) × \(truth.columns), scores are \(scores.rows) × \(scores.columns)")
        precondition(
            uncertain.map { $0.count == truth.rows } ?? true,
            "\(uncertain?.count ?? 0) uncertainty flags for \(truth.rows) samples")
        if let index = scores.values.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
            let (row, label) = index.quotientAndRemainder(dividingBy: scores.columns)
            let found = scores.values[index]
            throw found.isFinite
                ? MetricsError.scoreOutOfRange(row: row, label: label, found: found)
                : MetricsError.scoreNotFinite(row: row, label: label, found: found)
        }
        self.truth = truth
        self.scores = scores
        self.decision = decision
        self.uncertain = uncertain
    }

    /// Returns the samples at `indices`, in that order. An index may occur more than once.
    public func selecting(rows indices: [Int]) -> ScoredSet {
        ScoredSet(
            selected: truth.selecting(rows: indices), scores.selecting(rows: indices),
            decision.selecting(rows: indices), uncertain.map { all in indices.map { all[$0] } })
    }

    private init(selected truth: LabelMatrix, _ scores: Matrix<Double>, _ decision: LabelMatrix, _ uncertain: [Bool]?) {
        self.truth = truth
        self.scores = scores
        self.decision = decision
        self.uncertain = uncertain
    }
}
