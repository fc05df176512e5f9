import ClassificationMetrics
import Classifiers
import Datasets
import Files
import Foundation
import LinearAlgebra

/// The out-of-fold score of a candidate.
struct CandidateScore: Codable, Equatable, Sendable {
    /// The metrics over all rows. Members and vote have not seen a row's fold.
    let metrics: MetricSummary
    /// The goal in each fold; nil if undefined.
    let folds: [Double?]
    /// The goal without each fold, by models that have not seen it; empty unless the search is nested.
    let without: [Double?]
    /// The reason of a missing score.
    let failure: String?

    init(metrics: MetricSummary, folds: [Double?], without: [Double?], failure: String? = nil) {
        self.metrics = metrics
        self.folds = folds
        self.without = without
        self.failure = failure
    }

    static func failed(_ reason: String) -> CandidateScore {
        CandidateScore(metrics: MetricSummary(), folds: [], without: [], failure: reason)
    }
}

/// An estimate of a search's score on unseen rows.
struct NestedEstimate: Codable, Equatable, Sendable {
    /// The metrics over all rows. Each fold is scored by the candidate that is best without it.
    let metrics: MetricSummary
    /// The number of the candidate that is best without each fold.
    let choices: [Int]
}

/// Scores candidates from the decision values of their members.
struct SearchScoring: Sendable {
    let plan: SearchPlan
    let fits: SearchFits
    let store: OutOfFoldValues
    /// The reasons of failed fits, by the key of their task.
    let failures: [Digest: String]

    private var folds: [Int] { fits.rows.folds }

    /// Scores a candidate.
    ///
    /// - Throws: `SearchError.damaged`, `MetricsError`.
    func score(_ index: Int) throws -> CandidateScore {
        if let reason = failure(index) { return .failed(reason) }
        let all = Array(folds.indices)
        let values = try values(index, of: all) { [$0] }
        let scored = crossCalibrated(values, all, index)
        var without: [Double?] = []
        if plan.settings.isNested {
            for outer in 0 ..< fits.rows.foldCount {
                let inside = all.filter { folds[$0] != outer }
                let inner = try self.values(index, of: inside) { [min($0, outer), max($0, outer)] }
                without.append(try metrics(crossCalibrated(inner, inside, index), inside)[plan.settings.goal])
            }
        }
        return CandidateScore(
            metrics: try metrics(scored, all),
            folds: try (0 ..< fits.rows.foldCount).map { fold in
                let rows = all.filter { folds[$0] == fold }
                return try metrics(scored, all, only: rows)[plan.settings.goal]
            },
            without: without)
    }

    /// Chooses a candidate without each fold, and scores that fold with it.
    ///
    /// - Returns: nil if no candidate has a score without some fold.
    func nested(_ scores: [CandidateScore]) throws -> NestedEstimate? {
        guard let held = try nestedScores(scores) else { return nil }
        return NestedEstimate(
            metrics: try MetricSummary(truth: fits.truth, scores: held.scores, decision: held.decision),
            choices: held.choices)
    }

    /// Returns scores and decisions of all rows. Neither they nor the choice of the candidate depend on the row's fold.
    func nestedScores(
        _ scores: [CandidateScore]
    ) throws -> (scores: Matrix<Double>, decision: LabelMatrix, choices: [Int])? {
        let all = Array(folds.indices)
        var result = Matrix<Double>(rows: all.count, columns: fits.truth.columns)
        var decision = LabelMatrix(rows: all.count, columns: fits.truth.columns)
        var choices: [Int] = []
        for outer in 0 ..< fits.rows.foldCount {
            let goals = scores.map { $0.failure == nil ? $0.without[outer] : nil }
            guard let best = SearchRanking.best(goals, by: plan.settings.goal) else { return nil }
            choices.append(plan.candidates[best].number)
            let inside = all.filter { folds[$0] != outer }
            let outside = all.filter { folds[$0] == outer }
            let inner = try values(best, of: inside) { [min($0, outer), max($0, outer)] }
            let isKept = fits.variants[fits.variantOfCandidate[best]].isKept
            let configuration = plan.candidates[best].configuration
            let conformal = conformalPlan(configuration, inside)
            let tuned = inside.indices.filter { isKept[inside[$0]] && conformal?.isKept[$0] != true }
            let tuning = EnsembleCalibration.fit(
                decisionValues: inner.map { $0.selecting(rows: tuned) },
                truth: fits.truth.selecting(rows: tuned.map { inside[$0] }), parameters: configuration.ensemble,
                scales: configuration.members.map(\.scale), folds: tuned.map { folds[inside[$0]] })
            let scored = tuning.apply(to: try values(best, of: outside) { [$0] })
            result.replace(rows: outside, with: scored.scores)
            decision.replace(rows: outside, with: scored.decision)
        }
        return (result, decision, choices)
    }

    private func failure(_ index: Int) -> String? {
        let variant = fits.variantOfCandidate[index]
        for left in fits.leftOut.indices {
            for member in plan.candidates[index].configuration.members {
                if let reason = failures[fits.place(of: member, variant: variant, left: left).key] { return reason }
            }
        }
        return nil
    }

    /// Returns the members' decision values of some rows, by models without the folds that `left` returns for a row's
    /// fold.
    private func values(_ index: Int, of places: [Int], left: (Int) -> [Int]) throws -> [Matrix<Double>] {
        let variant = fits.variantOfCandidate[index]
        return try plan.candidates[index].configuration.members.map { member in
            var result = Matrix<Double>(rows: places.count, columns: fits.truth.columns)
            for fold in Set(places.map { folds[$0] }).sorted() {
                let without = left(fold)
                guard let set = fits.leftOut.firstIndex(of: without) else {
                    preconditionFailure("folds \(without) were not left out together")
                }
                let place = fits.place(of: member, variant: variant, left: set)
                let values = try store.values(place.key, setting: place.setting)
                let own = fits.rows.held(without).enumerated().filter { folds[$0.element] == fold }.map(\.offset)
                result.replace(
                    rows: places.indices.filter { folds[places[$0]] == fold }, with: values.selecting(rows: own))
            }
            return result
        }
    }

    private func crossCalibrated(_ values: [Matrix<Double>], _ places: [Int], _ index: Int) -> EnsembleScores {
        let configuration = plan.candidates[index].configuration
        let isKept = fits.variants[fits.variantOfCandidate[index]].isKept
        return Ensemble.crossCalibrated(
            values, fits.truth.selecting(rows: places), folds: places.map { folds[$0] },
            isCalibratedOn: places.map { isKept[$0] }, plan: conformalPlan(configuration, places),
            parameters: configuration.ensemble, scales: configuration.members.map(\.scale)
        ).scores
    }

    /// Returns the rows that conformal prediction keeps from the tuning, as in training.
    private func conformalPlan(_ configuration: ExperimentConfiguration, _ places: [Int]) -> ConformalPlan? {
        let dataset = fits.tables[0].dataset
        let groups = places.map { dataset.samples[fits.rows.rows[$0]].group }
        return configuration.doubt.plan(
            truth: fits.truth.selecting(rows: places), codes: dataset.labelSpace.codes,
            groups: groups.contains { $0 != nil } ? groups : nil, seed: configuration.seed
        ).plan
    }

    private func metrics(_ scored: EnsembleScores, _ places: [Int], only rows: [Int]? = nil) throws -> MetricSummary {
        guard let rows else {
            return try MetricSummary(
                truth: fits.truth.selecting(rows: places), scores: scored.scores, decision: scored.decision)
        }
        return try MetricSummary(
            truth: fits.truth.selecting(rows: rows), scores: scored.scores.selecting(rows: rows),
            decision: scored.decision.selecting(rows: rows))
    }
}

/// The order of candidates by a metric.
enum SearchRanking {
    /// Returns the positions from best to worst. Ties keep their order, and undefined values come last.
    static func order(_ values: [Double?], by goal: MetricKey) -> [Int] {
        func merit(_ place: Int) -> Double {
            guard let value = values[place], !value.isNaN else { return -.infinity }
            return goal.isHigherBetter ? value : -value
        }
        return values.indices.sorted { (merit($0), -$0) > (merit($1), -$1) }
    }

    /// - Returns: nil if no value is defined.
    static func best(_ values: [Double?], by goal: MetricKey) -> Int? {
        order(values, by: goal).first.flatMap { values[$0].map { !$0.isNaN } == true ? $0 : nil }
    }
}
