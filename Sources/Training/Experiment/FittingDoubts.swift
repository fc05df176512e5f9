import Classifiers
import ConfigurationKeys
import Datasets
import Evaluation
import Inference
import LinearAlgebra

/// What was fitted on a partition: the ensemble, and what doubts its answers.
struct Fitted: Sendable {
    let ensemble: Ensemble.Fit
    /// Nil where it is switched off, or of too few rows.
    let check: OutOfDistributionCheck.Fit?
}

extension UncertaintySection {
    /// Reads the block `uncertainty`.
    ///
    /// - Throws: `ConfigurationError.badValue`.
    init(_ settings: Settings) throws {
        self.init(
            rule: try settings.choice("uncertainty.rule", Rule.self),
            alpha: try settings.number("uncertainty.alpha", 0.001 ... 0.5),
            calibrationShare: try settings.number("uncertainty.calibration_share", 0.05 ... 0.9),
            falseAlarms: try settings.optionalNumber("uncertainty.false_alarms", 0.0001 ... 0.5))
    }

    /// The tuning rows that conformal prediction keeps, with what a reader must know.
    func plan(
        of partition: TrainingPartition, _ dataset: Dataset, seed: UInt64
    ) -> (plan: ConformalPlan?, warnings: [String]) {
        let groups = dataset.samples.map(\.group)
        return plan(
            truth: dataset.truth.selecting(rows: partition.tuningRows), codes: dataset.labelSpace.codes,
            groups: groups.contains { $0 != nil } ? partition.tuningRows.map { groups[$0] } : nil, seed: seed)
    }

    /// What a reader must know of the rules before anything is fitted.
    func warnings(of partition: TrainingPartition, _ dataset: Dataset, seed: UInt64) -> [String] {
        plan(of: partition, dataset, seed: seed).warnings
            + (falseAlarms.map { OutOfDistributionCheck.warnings(rows: partition.tuningRows.count, falseAlarms: $0) }
                ?? [])
    }
}

extension Fitting {
    /// Fits the check for pictures that are no ECG, unless it is switched off or there are too few rows.
    func outOfDistributionCheck(_ partition: TrainingPartition) -> OutOfDistributionCheck.Fit? {
        guard let falseAlarms = configuration.doubt.falseAlarms else { return nil }
        func traces(_ rows: [Int]) -> Matrix<Float>? { table.traces?.selecting(rows: rows) }
        let held: OutOfDistributionCheck.CalibrationRows =
            partition.validation.isEmpty
            ? .crossFit(folds: partition.folds)
            : .validation(
                features: table.features.selecting(rows: partition.validation),
                traces: traces(partition.validation), folds: partition.folds)
        return OutOfDistributionCheck.fit(
            features: table.features.selecting(rows: partition.train), traces: traces(partition.train),
            calibration: held,
            falseAlarms: falseAlarms, seed: configuration.seed)
    }

    /// The doubts about rows that neither members nor tuning have seen.
    func doubts(about rows: [Int], by model: TrainedModel) -> DecisionReasons {
        DecisionReasons(
            of: table.features.selecting(rows: rows), traces: table.traces?.selecting(rows: rows), by: model)
    }

    /// The doubts about the rows that the vote was tuned on, by bounds that have not seen them.
    func tuningDoubts(_ fit: Fitted) -> DecisionReasons {
        DecisionReasons(
            findings: fit.check?.findings
                ?? Array(repeating: [], count: fit.ensemble.tuningScores.scores.rows),
            conformal: fit.ensemble.tuningConformal)
    }
}
