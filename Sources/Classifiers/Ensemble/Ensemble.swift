import LinearAlgebra

/// A standardiser, the fitted members and the tuning of their vote: from features to scores and decisions.
public struct Ensemble: Sendable {
    public let standardiser: Standardiser<Float>
    public let members: [Member]
    public let tuning: VoteTuning

    /// - Precondition: the tuning is of as many members.
    public init(standardiser: Standardiser<Float>, members: [Member], tuning: VoteTuning) {
        precondition(tuning.weights.count == members.count, "the tuning is of another number of members")
        self.standardiser = standardiser
        self.members = members
        self.tuning = tuning
    }

    /// Scores and decisions.
    ///
    /// - Parameter features: n × d, as the extractor gives them.
    /// - Throws: `EnsembleError.notFinite` for a row that a member has no number for.
    public func scores(_ features: Matrix<Float>, workers: Workers) throws -> EnsembleScores {
        let standardised = standardiser.apply(features)
        return tuning.apply(to: try members.map { try $0.finiteDecisionValues(standardised, workers: workers) })
    }
}

extension Ensemble {
    /// The rows that the vote is tuned on; no member that scores a row there was fitted on it.
    public enum TuningRows: Sendable {
        /// Rows apart from the training rows.
        case validation(features: Matrix<Float>, truth: LabelMatrix, folds: [Int])
        /// The training rows themselves, each scored by members fitted on the other folds; a fold number per row.
        case crossFit(folds: [Int])
    }

    /// A fitted ensemble with honest scores of its tuning rows.
    public struct Fit: Sendable {
        public let ensemble: Ensemble
        /// Scores and decisions of the tuning rows in which neither members nor tuning were fitted on the row: the
        /// tuning that is applied to a fold was fitted on the other folds.
        ///
        /// Where the rows are cross-fitted, the members that scored those other folds had learnt from this one: its
        /// labels reach its few tuned numbers at second hand. Only a part that is kept apart from everything, or
        /// cross-validation around the whole fit, is free of that.
        public let tuningScores: EnsembleScores
        /// From the kept rows; nil without a plan for them.
        public let conformal: ConformalLabels?
        /// One per tuning row, from the kept rows of the other folds; nil without a plan.
        public let tuningConformal: [ConformalLabels]?
    }

    /// Fits members and tuning.
    ///
    /// - Parameters:
    ///   - features: n × d, as the extractor gives them.
    ///   - truth: n × L.
    ///   - members: the classifiers in the order in which they are shown.
    ///   - conformal: keeps some tuning rows for conformal prediction; nil tunes on all.
    ///   - progress: is told what is being fitted, step by step.
    /// - Throws: a member's error if it cannot be fitted; `EnsembleError.notFinite` if it has no number for a tuning
    ///   row (counted among those that it was to score).
    /// - Precondition: as many folds as tuning rows, numbered from 0; at least one member.
    public static func fit(
        features: Matrix<Float>, truth: LabelMatrix, members: [Member.Parameters], tuningRows: TuningRows,
        parameters: VoteTuning.Parameters, conformal: ConformalPlan? = nil, seed: UInt64, workers: Workers,
        progress: (_ done: Int, _ total: Int, _ step: String) -> Void = { _, _, _ in }
    ) throws -> Fit {
        let folds: [Int]
        let tuningTruth: LabelMatrix
        var tuningValues: [Matrix<Double>]
        let foldCount: Int
        switch tuningRows {
        case .crossFit(let given):
            (folds, tuningTruth, foldCount) = (given, truth, (given.max() ?? -1) + 1)
            tuningValues = members.map { _ in Matrix(rows: truth.rows, columns: truth.columns) }
        case .validation(let validation, let validationTruth, let given):
            (folds, tuningTruth, foldCount) = (given, validationTruth, 0)
            tuningValues = members.map { _ in Matrix(rows: validation.rows, columns: truth.columns) }
        }
        precondition(!members.isEmpty, "an ensemble without members")
        precondition(folds.count == tuningTruth.rows, "\(folds.count) folds for \(tuningTruth.rows) tuning rows")
        let steps = members.count * (foldCount + 1)
        var done = 0

        func fitted(_ features: Matrix<Float>, _ truth: LabelMatrix, _ label: String) throws -> (
            [Member], Standardiser<Float>
        ) {
            let standardiser = Standardiser(fitting: features)
            let standardised = standardiser.apply(features)
            let fitted = try members.map { member in
                progress(done, steps, "\(member.name), \(label)")
                defer { done += 1 }
                return try member.fit(features: standardised, truth: truth, seed: seed, workers: workers)
            }
            return (fitted, standardiser)
        }

        for fold in 0 ..< foldCount {
            let inside = folds.indices.filter { folds[$0] != fold }
            let outside = folds.indices.filter { folds[$0] == fold }
            let (models, standardiser) = try fitted(
                features.selecting(rows: inside), truth.selecting(rows: inside), "fold \(fold + 1) of \(foldCount)")
            let held = standardiser.apply(features.selecting(rows: outside))
            for (index, model) in models.enumerated() {
                let values = try model.finiteDecisionValues(held, workers: workers)
                tuningValues[index].replace(rows: outside, with: values)
            }
        }
        let (models, standardiser) = try fitted(features, truth, "all training rows")
        if case .validation(let validation, _, _) = tuningRows {
            let standardised = standardiser.apply(validation)
            tuningValues = try models.map { try $0.finiteDecisionValues(standardised, workers: workers) }
        }
        progress(steps, steps, "done")
        let scales = members.map(\.scale)
        let planned = PlannedTuning(
            tuningValues, tuningTruth, folds: folds, rows: Array(0 ..< tuningTruth.rows), plan: conformal,
            parameters: parameters, scales: scales)
        let held = crossTuned(
            tuningValues, tuningTruth, folds: folds, plan: conformal, parameters: parameters, scales: scales)
        return Fit(
            ensemble: Ensemble(standardiser: standardiser, members: models, tuning: planned.tuning),
            tuningScores: held.scores, conformal: planned.conformal, tuningConformal: held.conformal)
    }

    /// Tunes on all folds but one, applies to that one, and puts the pieces together.
    ///
    /// - Parameters:
    ///   - values: one n × L for each member, each row's by a member that was not fitted on its fold.
    ///   - folds: n.
    ///   - isTunedOn: n; rows that are only scored have false. Nil tunes on all.
    public static func crossTuned(
        _ values: [Matrix<Double>], _ truth: LabelMatrix, folds: [Int], isTunedOn: [Bool]? = nil,
        plan: ConformalPlan?, parameters: VoteTuning.Parameters, scales: [Member.Scale]
    ) -> (scores: EnsembleScores, conformal: [ConformalLabels]?) {
        var scores = Matrix<Double>(rows: truth.rows, columns: truth.columns)
        var decision = LabelMatrix(rows: truth.rows, columns: truth.columns)
        var memberScores = values
        var memberDecisions = values.map { _ in decision }
        var conformal = [ConformalLabels?](repeating: nil, count: truth.rows)
        for fold in Set(folds).sorted() {
            let inside = folds.indices.filter { folds[$0] != fold && isTunedOn?[$0] ?? true }
            let outside = folds.indices.filter { folds[$0] == fold }
            let planned = PlannedTuning(
                values, truth, folds: folds, rows: inside, plan: plan, parameters: parameters, scales: scales)
            let held = planned.tuning.apply(to: values.map { $0.selecting(rows: outside) })
            for row in outside { conformal[row] = planned.conformal }
            scores.replace(rows: outside, with: held.scores)
            decision.replace(rows: outside, with: held.decision)
            for member in values.indices {
                memberScores[member].replace(rows: outside, with: held.memberScores[member])
                memberDecisions[member].replace(rows: outside, with: held.memberDecisions[member])
            }
        }
        return (
            EnsembleScores(
                scores: scores, decision: decision, memberScores: memberScores, memberDecisions: memberDecisions),
            plan.map { _ in conformal.compactMap { $0 } }
        )
    }
}

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
