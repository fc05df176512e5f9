import LinearAlgebra

/// Fitted classifiers with a preparation of features and a calibration: from features to scores and decisions.
public struct Ensemble: Sendable {
    public let preparation: FeaturePreparation
    public let members: [Member]
    public let calibration: EnsembleCalibration

    /// - Precondition: the calibration has the same number of members.
    public init(preparation: FeaturePreparation, members: [Member], calibration: EnsembleCalibration) {
        precondition(
            calibration.weights.count == members.count,
            "a calibration of \(calibration.weights.count) members for \(members.count)")
        self.preparation = preparation
        self.members = members
        self.calibration = calibration
    }

    /// The weight of each member in the soft vote.
    public var weightsByName: [String: Double] {
        Dictionary(uniqueKeysWithValues: zip(members.map(\.name), calibration.weights))
    }

    /// Returns scores and decisions.
    ///
    /// - Parameter features: n × d, from the feature extractor.
    /// - Throws: `EnsembleError.notFinite` for a row without finite decision values.
    public func scores(_ features: Matrix<Float>, workers: Workers) throws -> EnsembleScores {
        let prepared = preparation.apply(features)
        return calibration.apply(to: try members.map { try $0.finiteDecisionValues(prepared, workers: workers) })
    }
}

extension Ensemble {
    /// The rows that determine the calibration. The members that score a row are not fitted on it.
    public enum CalibrationSet: Sendable {
        /// Rows other than the training rows.
        case validation(features: Matrix<Float>, truth: LabelMatrix, folds: [Int])
        /// The training rows, each scored by members fitted on the other folds. There is a fold number per row.
        case crossFit(folds: [Int])
    }

    /// A fitted ensemble with out-of-fold scores of its calibration set.
    public struct Fit: Sendable {
        public let ensemble: Ensemble
        /// Scores and decisions of the calibration set. The members and the calibration that score a fold are not
        /// fitted on it.
        ///
        /// With `crossFit`, the members that score the other folds were fitted on this fold, so its labels influence
        /// the calibration indirectly. Only a separate part, or cross-validation of the complete fit, avoids this.
        public let outOfFoldScores: EnsembleScores
        /// Conformal bounds from the reserved rows; nil without a plan.
        public let conformal: ConformalLabels?
        /// Conformal bounds per row of the calibration set, from the reserved rows of the other folds; nil without a
        /// plan.
        public let outOfFoldConformal: [ConformalLabels]?
    }

    /// Fits members and calibration.
    ///
    /// - Parameters:
    ///   - features: n × d, from the feature extractor.
    ///   - truth: n × L.
    ///   - preparation: the preparation of the features, which is fitted on the rows that members are fitted on.
    ///   - members: the classifiers, in the order of results.
    ///   - conformal: reserves rows of the calibration set for conformal prediction; nil reserves none.
    ///   - progress: receives the number of finished steps and the name of the next one.
    /// - Throws: the error of a member that cannot be fitted; `EnsembleError.notFinite` if a member has no finite value
    ///   for a row (counted among the rows to score).
    /// - Precondition: a fold from 0 for each row of the calibration set; at least one member.
    public static func fit(
        features: Matrix<Float>, truth: LabelMatrix, preparation: FeaturePreparation.Settings = .init(),
        members: [Member.Parameters], calibrationSet: CalibrationSet, parameters: EnsembleCalibration.Parameters,
        conformal: ConformalPlan? = nil, seed: UInt64, workers: Workers,
        progress: (_ done: Int, _ total: Int, _ step: String) -> Void = { _, _, _ in }
    ) throws -> Fit {
        let folds: [Int]
        let calibrationTruth: LabelMatrix
        var values: [Matrix<Double>]
        let foldCount: Int
        switch calibrationSet {
        case .crossFit(let given):
            (folds, calibrationTruth, foldCount) = (given, truth, (given.max() ?? -1) + 1)
            values = members.map { _ in Matrix(rows: truth.rows, columns: truth.columns) }
        case .validation(let validation, let validationTruth, let given):
            (folds, calibrationTruth, foldCount) = (given, validationTruth, 0)
            values = members.map { _ in Matrix(rows: validation.rows, columns: truth.columns) }
        }
        precondition(!members.isEmpty, "an ensemble without members")
        precondition(folds.count == calibrationTruth.rows, "\(folds.count) folds for \(calibrationTruth.rows) rows")
        let steps = members.count * (foldCount + 1)
        var done = 0

        func fitted(_ features: Matrix<Float>, _ truth: LabelMatrix, _ label: String) throws -> (
            [Member], FeaturePreparation
        ) {
            let fittedPreparation = FeaturePreparation(fitting: features, settings: preparation)
            let prepared = fittedPreparation.apply(features)
            let fitted = try members.map { member in
                progress(done, steps, "\(member.name), \(label)")
                defer { done += 1 }
                return try member.fit(features: prepared, truth: truth, seed: seed, workers: workers)
            }
            return (fitted, fittedPreparation)
        }

        for fold in 0 ..< foldCount {
            let inside = folds.indices.filter { folds[$0] != fold }
            let outside = folds.indices.filter { folds[$0] == fold }
            let (models, preparation) = try fitted(
                features.selecting(rows: inside), truth.selecting(rows: inside), "fold \(fold + 1) of \(foldCount)")
            let prepared = preparation.apply(features.selecting(rows: outside))
            for (index, model) in models.enumerated() {
                values[index].replace(
                    rows: outside, with: try model.finiteDecisionValues(prepared, workers: workers))
            }
        }
        let (models, fittedPreparation) = try fitted(features, truth, "all training rows")
        if case .validation(let validation, _, _) = calibrationSet {
            let prepared = fittedPreparation.apply(validation)
            values = try models.map { try $0.finiteDecisionValues(prepared, workers: workers) }
        }
        progress(steps, steps, "done")
        let scales = members.map(\.scale)
        let whole = EnsembleCalibration.fit(
            values, calibrationTruth, folds: folds, rows: Array(0 ..< calibrationTruth.rows), plan: conformal,
            parameters: parameters, scales: scales)
        let outOfFold = crossCalibrated(
            values, calibrationTruth, folds: folds, plan: conformal, parameters: parameters, scales: scales)
        return Fit(
            ensemble: Ensemble(preparation: fittedPreparation, members: models, calibration: whole.calibration),
            outOfFoldScores: outOfFold.scores, conformal: whole.conformal, outOfFoldConformal: outOfFold.conformal)
    }

    /// Scores each fold with a calibration fitted on the other folds.
    ///
    /// - Parameters:
    ///   - values: one n × L per member. The member that scored a row was not fitted on the row's fold.
    ///   - folds: n.
    ///   - isCalibratedOn: n; false for rows that are only scored. Nil uses all rows.
    public static func crossCalibrated(
        _ values: [Matrix<Double>], _ truth: LabelMatrix, folds: [Int], isCalibratedOn: [Bool]? = nil,
        plan: ConformalPlan?, parameters: EnsembleCalibration.Parameters, scales: [DecisionScale]
    ) -> (scores: EnsembleScores, conformal: [ConformalLabels]?) {
        var scores = Matrix<Double>(rows: truth.rows, columns: truth.columns)
        var decision = LabelMatrix(rows: truth.rows, columns: truth.columns)
        var memberScores = values
        var memberDecisions = values.map { _ in decision }
        var conformal = [ConformalLabels?](repeating: nil, count: truth.rows)
        for fold in Set(folds).sorted() {
            let inside = folds.indices.filter { folds[$0] != fold && isCalibratedOn?[$0] ?? true }
            let outside = folds.indices.filter { folds[$0] == fold }
            let fit = EnsembleCalibration.fit(
                values, truth, folds: folds, rows: inside, plan: plan, parameters: parameters, scales: scales)
            let scored = fit.calibration.apply(to: values.map { $0.selecting(rows: outside) })
            for row in outside { conformal[row] = fit.conformal }
            scores.replace(rows: outside, with: scored.scores)
            decision.replace(rows: outside, with: scored.decision)
            for member in values.indices {
                memberScores[member].replace(rows: outside, with: scored.memberScores[member])
                memberDecisions[member].replace(rows: outside, with: scored.memberDecisions[member])
            }
        }
        return (
            EnsembleScores(
                scores: scores, decision: decision, memberScores: memberScores, memberDecisions: memberDecisions),
            plan.map { _ in conformal.compactMap { $0 } }
        )
    }
}

/// The scores and decisions of an ensemble for n samples.
public struct EnsembleScores: Equatable, Sendable {
    /// n × L in 0…1: the weighted mean of the members' calibrated scores, for every decision rule.
    public let scores: Matrix<Double>
    /// n × L.
    public let decision: LabelMatrix
    /// One calibrated n × L matrix per member.
    public let memberScores: [Matrix<Double>]
    /// One n × L matrix per member, with the member's own thresholds.
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
