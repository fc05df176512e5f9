import LinearAlgebra

/// Which tuning rows are kept for conformal prediction, and what it promises.
public struct ConformalPlan: Equatable, Sendable {
    /// The promised error, above 0 and under 1.
    public var alpha: Double
    /// One per tuning row: calibrators, weights and thresholds are not fitted on it.
    public var isKept: [Bool]

    public init(alpha: Double, isKept: [Bool]) {
        precondition(alpha > 0 && alpha < 1, "alpha is between 0 and 1, found \(alpha)")
        self.alpha = alpha
        self.isKept = isKept
    }
}

/// A tuning with the conformal bounds that go with it, fitted on tuning rows.
struct PlannedTuning {
    let tuning: VoteTuning
    let conformal: ConformalLabels?

    /// Tunes on those of `rows` that the plan does not keep, and calibrates on those that it keeps.
    ///
    /// - Parameters:
    ///   - values: n × L decision values for each member.
    ///   - folds: n.
    init(
        _ values: [Matrix<Double>], _ truth: LabelMatrix, folds: [Int], rows: [Int], plan: ConformalPlan?,
        parameters: VoteTuning.Parameters, scales: [DecisionScale]
    ) {
        precondition(plan.map { $0.isKept.count == truth.rows } ?? true, "a plan of another number of rows")
        let tuned = plan.map { plan in rows.filter { !plan.isKept[$0] } } ?? rows
        tuning = VoteTuning.fit(
            decisionValues: values.map { $0.selecting(rows: tuned) }, truth: truth.selecting(rows: tuned),
            parameters: parameters, scales: scales, folds: tuned.map { folds[$0] })
        guard let plan else {
            conformal = nil
            return
        }
        let kept = rows.filter { plan.isKept[$0] }
        conformal = ConformalLabels.fit(
            scores: tuning.apply(to: values.map { $0.selecting(rows: kept) }).scores,
            truth: truth.selecting(rows: kept), alpha: plan.alpha)
    }
}
