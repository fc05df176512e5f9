import LinearAlgebra

/// The rows of the calibration set that are reserved for conformal prediction, and its nominal error.
public struct ConformalPlan: Equatable, Sendable {
    /// The nominal error, above 0 and below 1.
    public var alpha: Double
    /// One per row of the calibration set. Calibrators, weights and thresholds are not fitted on these rows.
    public var isKept: [Bool]

    public init(alpha: Double, isKept: [Bool]) {
        precondition(alpha > 0 && alpha < 1, "alpha must be between 0 and 1, found \(alpha)")
        self.alpha = alpha
        self.isKept = isKept
    }
}

extension EnsembleCalibration {
    /// Fits a calibration and its conformal bounds on rows of the calibration set.
    ///
    /// The rows that the plan reserves determine the bounds, the others the calibration.
    ///
    /// - Parameters:
    ///   - values: n × L decision values for each member.
    ///   - folds: n.
    static func fit(
        _ values: [Matrix<Double>], _ truth: LabelMatrix, folds: [Int], rows: [Int], plan: ConformalPlan?,
        parameters: Parameters, scales: [DecisionScale]
    ) -> (calibration: EnsembleCalibration, conformal: ConformalLabels?) {
        precondition(plan.map { $0.isKept.count == truth.rows } ?? true, "a plan for a different number of rows")
        let tuned = plan.map { plan in rows.filter { !plan.isKept[$0] } } ?? rows
        let calibration = fit(
            decisionValues: values.map { $0.selecting(rows: tuned) }, truth: truth.selecting(rows: tuned),
            parameters: parameters, scales: scales, folds: tuned.map { folds[$0] })
        guard let plan else { return (calibration, nil) }
        let kept = rows.filter { plan.isKept[$0] }
        let conformal = ConformalLabels.fit(
            scores: calibration.apply(to: values.map { $0.selecting(rows: kept) }).scores,
            truth: truth.selecting(rows: kept), alpha: plan.alpha)
        return (calibration, conformal)
    }
}
