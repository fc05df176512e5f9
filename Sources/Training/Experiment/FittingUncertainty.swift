import Classifiers
import ConfigurationKeys
import Datasets
import Evaluation
import Inference
import LinearAlgebra

/// The fit of a partition: the ensemble and the out-of-distribution check.
struct Fitted: Sendable {
    let ensemble: Ensemble.Fit
    /// nil if it is disabled or there are too few rows.
    let check: OutOfDistributionCheck.Fit?
}

extension UncertaintySection {
    /// Reads the block `uncertainty`.
    ///
    /// - Throws: `ConfigurationError.badValue`.
    init(_ settings: Settings) throws {
        self.init(
            rule: try settings.choice("uncertainty.rule", Rule.self),
            alpha: try settings.number("uncertainty.alpha"),
            calibrationShare: try settings.number("uncertainty.calibration_share"),
            falseAlarms: try settings.number("uncertainty.false_alarms", or: "off"))
    }

    /// Returns the tuning rows that conformal prediction keeps, and warnings.
    func plan(
        of partition: TrainingPartition, _ dataset: Dataset, seed: UInt64
    ) -> (plan: ConformalPlan?, warnings: [ResultWarning]) {
        let groups = dataset.samples.map(\.group)
        return plan(
            truth: dataset.truth.selecting(rows: partition.tuningRows), codes: dataset.labelSpace.codes,
            groups: groups.contains { $0 != nil } ? partition.tuningRows.map { groups[$0] } : nil, seed: seed)
    }

    /// Returns the warnings about the rules that follow from the number of rows.
    func warnings(of partition: TrainingPartition, _ dataset: Dataset, seed: UInt64) -> [ResultWarning] {
        plan(of: partition, dataset, seed: seed).warnings
            + (falseAlarms.map { OutOfDistributionCheck.warnings(rows: partition.tuningRows.count, falseAlarms: $0) }
                ?? [])
    }
}

extension Fitting {
    /// Fits the out-of-distribution check, unless it is disabled or there are too few rows.
    func outOfDistributionCheck(
        _ partition: TrainingPartition, _ preparation: FeaturePreparation
    ) -> OutOfDistributionCheck.Fit? {
        guard let falseAlarms = configuration.doubt.falseAlarms else { return nil }
        func features(_ rows: [Int]) -> Matrix<Float> { preparation.filled(table.features.selecting(rows: rows)) }
        func traces(_ rows: [Int]) -> Matrix<Float>? { table.traces?.selecting(rows: rows) }
        let calibration: OutOfDistributionCheck.CalibrationRows =
            partition.validation.isEmpty
            ? .crossFit(folds: partition.folds)
            : .validation(
                features: features(partition.validation),
                traces: traces(partition.validation), folds: partition.folds)
        return OutOfDistributionCheck.fit(
            features: features(partition.train), traces: traces(partition.train),
            calibration: calibration,
            falseAlarms: falseAlarms, seed: configuration.seed)
    }

    /// Returns the decision reasons of rows that were not used to fit members or to tune the vote.
    func reasons(for rows: [Int], by model: TrainedModel) -> DecisionReasons {
        DecisionReasons(
            of: table.features.selecting(rows: rows), traces: table.traces?.selecting(rows: rows),
            known: rows.map { table.findings[$0] }, by: model)
    }

    /// Returns the decision reasons of the tuning rows, by bounds that were fitted without them.
    func tuningReasons(_ fit: Fitted, _ partition: TrainingPartition) -> DecisionReasons {
        DecisionReasons(
            findings: partition.tuningRows.enumerated().map { index, row in
                table.findings[row] + (fit.check?.findings[index] ?? [])
            },
            conformal: fit.ensemble.outOfFoldConformal)
    }
}
