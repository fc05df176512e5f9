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
/// Whatever a model holds, down to the baseline's most frequent labels, comes from its partition's training and
/// validation rows: the features and labels of the rows that it scores do not enter.
struct Fitting {
    let configuration: ExperimentConfiguration
    let table: FeatureTable
    /// nil for a feature file.
    let network: MobileNetV2Weights?
    /// How the features are made, as `FeatureExtractor.label` has it.
    let extractor: String
    /// What goes into the models' provenance.
    let warnings: [String]
    let workers: Workers
    let log: Logger

    /// The same on features of another network.
    func with(table: FeatureTable, network: MobileNetV2Weights, extractor: String) -> Fitting {
        Fitting(
            configuration: configuration, table: table, network: network, extractor: extractor, warnings: warnings,
            workers: workers, log: log)
    }

    /// Fits the ensemble and the tuning of its vote.
    ///
    /// - Parameter title: for the progress bar.
    func fit(_ partition: TrainingPartition, title: String) throws -> Fitted {
        let truth = table.dataset.truth
        let tuningRows: Ensemble.TuningRows =
            partition.validation.isEmpty
            ? .crossFit(folds: partition.folds)
            : .validation(
                features: table.features.selecting(rows: partition.validation),
                truth: truth.selecting(rows: partition.validation), folds: partition.folds)
        let bar = ProgressBar(title, unit: "fits")
        let fit = try Ensemble.fit(
            features: table.features.selecting(rows: partition.train),
            truth: truth.selecting(rows: partition.train), members: configuration.members, tuningRows: tuningRows,
            parameters: configuration.ensemble,
            conformal: configuration.doubt.plan(of: partition, table.dataset, seed: configuration.seed).plan,
            seed: configuration.seed, workers: workers
        ) { done, total, step in
            bar.show(done, of: total)
            log.debug("\(step)")
        }
        return Fitted(ensemble: fit, check: outOfDistributionCheck(partition))
    }

    /// Everything that answers for a picture.
    func model(_ fit: Fitted, _ partition: TrainingPartition) -> TrainedModel {
        var policy = configuration.uncertainty
        policy.conformal = fit.ensemble.conformal
        return TrainedModel(
            name: configuration.name, labelSpace: table.dataset.labelSpace,
            preprocessing: configuration.preprocessing, networkWeights: network,
            precision: network == nil ? .float32 : configuration.extractor.precision, extractor: extractor,
            ensemble: fit.ensemble.ensemble, policy: policy, outOfDistributionCheck: fit.check?.check,
            trainingSupport: partition.support,
            trainingRows: partition.rowsBeforeBalancing, mostFrequentLabels: partition.mostFrequentLabels,
            provenance: provenance)
    }

    /// The rows that one model is scored on: the test part, else the rows that its vote was tuned on, which are
    /// scored by members and tuning that have not seen them.
    func scores(of partition: TrainingPartition, _ fit: Fitted, by model: TrainedModel) throws -> ScoredFiles {
        let rows = partition.scored
        let scores =
            try partition.test.isEmpty
            ? fit.ensemble.tuningScores
            : model.ensemble.scores(table.features.selecting(rows: rows), workers: workers)
        let doubts = partition.test.isEmpty ? tuningDoubts(fit) : doubts(about: rows, by: model)
        return ScoredFiles(scores: scores, reasons: doubts, rows: rows, of: table.dataset, by: model)
    }

    /// Fits a fold of a cross-validation from scratch and scores the rows that it tests.
    func scores(of fold: Int, _ outer: OuterFolds) throws -> ScoredFiles {
        let (model, test) = try self.model(of: fold, outer)
        let scores = try model.ensemble.scores(table.features.selecting(rows: test), workers: workers)
        return ScoredFiles(
            scores: scores, reasons: doubts(about: test, by: model), rows: test, of: table.dataset, by: model)
    }

    /// The model of a fold, and the rows that it tests.
    func model(of fold: Int, _ outer: OuterFolds) throws -> (model: TrainedModel, test: [Int]) {
        let partition = try TrainingPartition(
            outer.split(fold), of: table, configuration: configuration,
            tuningFolds: configuration.dataset.tuningFolds)
        let fit = try fit(partition, title: "Fitting fold \(fold + 1) of \(outer.count)")
        return (model(fit, partition), outer.split(fold).test)
    }

    private var provenance: TrainedModel.Provenance {
        let whereThingsLay: Set = [
            "dataset.path", "dataset.labels", "extractor.weights", "extractor.cache", "tracking",
        ]
        return TrainedModel.Provenance(
            heartsense: HeartSenseVersion.current, datasetSHA256: table.digest, seed: configuration.seed,
            configuration: configuration.resolved.filter { !whereThingsLay.contains($0.key) }, warnings: warnings)
    }
}
