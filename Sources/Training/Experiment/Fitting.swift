import Classifiers
import Datasets
import Evaluation
import Files
import Inference
import LinearAlgebra
import Logging
import NeuralNetwork
import Progress

/// Fits models on parts of one table and scores others with them.
///
/// A model depends only on the training and validation rows of its partition, never on the rows that it scores.
struct Fitting {
    let configuration: ExperimentConfiguration
    let table: FeatureTable
    /// nil for a feature file.
    let network: MobileNetV2Weights?
    /// The description of the features, see `FeatureExtractor.label`.
    let extractor: String
    /// Stored in the provenance of each model.
    let warnings: [ResultWarning]
    let workers: Workers
    let log: Logger

    /// Returns the same fitting on the features of another network.
    func with(table: FeatureTable, network: MobileNetV2Weights, extractor: String) -> Fitting {
        Fitting(
            configuration: configuration, table: table, network: network, extractor: extractor, warnings: warnings,
            workers: workers, log: log)
    }

    /// Fits the ensemble and tunes its vote.
    ///
    /// - Parameter title: the title of the progress bar.
    func fit(_ partition: TrainingPartition, title: String) throws -> Fitted {
        let truth = table.dataset.truth
        let calibrationSet: Ensemble.CalibrationSet =
            partition.validation.isEmpty
            ? .crossFit(folds: partition.folds)
            : .validation(
                features: table.features.selecting(rows: partition.validation),
                truth: truth.selecting(rows: partition.validation), folds: partition.folds)
        let bar = ProgressBar(title, unit: "fits")
        let fit = try Ensemble.fit(
            features: table.features.selecting(rows: partition.train),
            truth: truth.selecting(rows: partition.train), preparation: configuration.features.preparation,
            members: configuration.members, calibrationSet: calibrationSet, parameters: configuration.ensemble,
            conformal: configuration.doubt.plan(of: partition, table.dataset, seed: configuration.seed).plan,
            seed: configuration.seed, workers: workers
        ) { done, total, step in
            bar.show(done, of: total)
            log.debug("\(step)")
        }
        return Fitted(ensemble: fit, check: outOfDistributionCheck(partition, fit.ensemble.preparation))
    }

    /// Returns the complete model of a fit.
    func model(_ fit: Fitted, _ partition: TrainingPartition) -> TrainedModel {
        var policy = configuration.uncertainty
        policy.conformal = fit.ensemble.conformal
        return TrainedModel(
            name: configuration.name, labelSpace: table.dataset.labelSpace, input: configuration.input,
            measurements: configuration.features.measurements,
            preprocessing: configuration.preprocessing, networkWeights: network,
            precision: network == nil ? .float32 : configuration.extractor.precision, extractor: extractor,
            ensemble: fit.ensemble.ensemble, policy: policy, outOfDistributionCheck: fit.check?.check,
            trainingSupport: partition.support,
            trainingRows: partition.rowsBeforeBalancing, mostFrequentLabels: partition.mostFrequentLabels,
            provenance: provenance)
    }

    /// Scores the test part. Without one, scores the tuning rows out of fold.
    func scores(of partition: TrainingPartition, _ fit: Fitted, by model: TrainedModel) throws -> ScoredFiles {
        let rows = partition.scored
        let scores =
            try partition.test.isEmpty
            ? fit.ensemble.outOfFoldScores
            : model.ensemble.scores(table.features.selecting(rows: rows), workers: workers)
        let reasons = partition.test.isEmpty ? tuningReasons(fit, partition) : reasons(for: rows, by: model)
        return ScoredFiles(scores: scores, reasons: reasons, rows: rows, of: table.dataset, by: model)
    }

    /// Fits the model of a fold and scores the fold's test rows.
    func scores(of fold: Int, _ outer: OuterFolds) throws -> ScoredFiles {
        let (model, test) = try self.model(of: fold, outer)
        let scores = try model.ensemble.scores(table.features.selecting(rows: test), workers: workers)
        return ScoredFiles(
            scores: scores, reasons: reasons(for: test, by: model), rows: test, of: table.dataset, by: model)
    }

    /// Returns the model of a fold and the fold's test rows.
    func model(of fold: Int, _ outer: OuterFolds) throws -> (model: TrainedModel, test: [Int]) {
        let partition = try TrainingPartition(
            outer.split(fold), of: table, configuration: configuration,
            tuningFolds: configuration.dataset.tuningFolds)
        let fit = try fit(partition, title: "Fitting fold \(fold + 1) of \(outer.count)")
        return (model(fit, partition), outer.split(fold).test)
    }

    private var provenance: TrainedModel.Provenance {
        let paths: Set = [
            "dataset.path", "dataset.labels", "extractor.weights", "extractor.cache", "tracking",
        ]
        return TrainedModel.Provenance(
            heartsense: HeartSenseVersion.current, datasetSHA256: table.digest, seed: configuration.seed,
            configuration: configuration.resolved.filter { !paths.contains($0.key) }, warnings: warnings)
    }
}
