import Classifiers
import Datasets
import Files
import Foundation
import Imaging
import LinearAlgebra
import Logging
import NeuralNetwork

/// One experiment from its configuration to a finished run folder.
public struct Training: Sendable {
    public let configuration: ExperimentConfiguration

    public init(configuration: ExperimentConfiguration) {
        self.configuration = configuration
    }

    /// What a finished run tells the terminal.
    public struct Outcome: Sendable {
        public let folder: RunFolder
        public let summary: String
    }

    /// Reads the data, makes features, fits, tunes, writes the model, scores, and evaluates.
    ///
    /// - Parameters:
    ///   - output: the run's folder; nil for `runs/<name>/<time>/`.
    ///   - resume: goes on with a run that was interrupted.
    /// - Throws: every error of the stages, each naming its file. What was finished stays in the folder and in the
    ///   feature cache.
    public func run(output: String?, resume: Bool, workers: Workers) throws -> Outcome {
        // Data and weights are opened first: a wrong path leaves no folder behind.
        let source = try DatasetSource.open(
            configuration.dataset.path, labels: configuration.dataset.labels,
            skippingMissing: configuration.dataset.skipUnreadable)
        let network = try networkWeights(for: source)
        let asked = output ?? (resume ? RunFolder.latestUnfinished(name: configuration.name) : nil)
        let folder = try RunFolder.create(name: configuration.name, asked: asked, resume: resume)
        try checkConfiguration(in: folder)
        if folder.isFinished {
            return Outcome(folder: folder, summary: "The run in \(folder.path) is finished; nothing is left to do.\n")
        }
        try AtomicFile.write(configuration.yaml, to: folder[.configuration])
        let log = RunLog.logger(appendingTo: folder[.log])
        log.info("heartsense \(HeartSenseVersion.current), experiment \(configuration.name), run in \(folder.path)")
        try EnvironmentRecord(workers: workers).write(to: folder[.environment])

        let table = try features(of: source, network: network, workers: workers, log: log)
        let partition = try TrainingPartition(of: table, configuration: configuration)
        let groups = table.dataset.samples.map(\.group)
        let plan = configuration.doubt.plan(
            truth: table.dataset.truth.selecting(rows: partition.tuningRows),
            codes: table.dataset.labelSpace.codes,
            groups: groups.contains { $0 != nil } ? partition.tuningRows.map { groups[$0] } : nil,
            seed: configuration.seed)
        let check = pictureCheck(table, partition)
        let warnings = warnings(of: partition, table: table) + plan.warnings + check.warnings
        for warning in warnings { log.warning("\(warning)") }
        log.info("\(Self.counts(of: partition, codes: table.dataset.labelSpace.codes))")

        let fit = try fit(table, partition, conformal: plan.plan, workers: workers, log: log)
        var policy = configuration.uncertainty
        policy.conformal = fit.conformal
        let model = try ModelFile.write(
            TrainedModel(
                name: configuration.name, labelSpace: table.dataset.labelSpace,
                preprocessing: configuration.preprocessing, networkWeights: network?.weights,
                extractor: extractorLabel(of: source, network: network), ensemble: fit.ensemble,
                policy: policy, pictureCheck: check.fit?.check, trainingSupport: partition.support,
                trainingRows: partition.rowsBeforeBalancing, mostFrequentLabels: partition.mostFrequentLabels,
                provenance: provenance(table: table, warnings: warnings)),
            to: folder[.model])
        log.info("Model written to \(folder[.model])")

        let (rows, scores) = scored(fit, table, partition, workers: workers)
        let doubts = doubts(fit, check.fit, table, partition, by: model)
        let files = ScoredFiles(scores: scores, doubts: doubts, rows: rows, of: table.dataset, by: model)
        try files.write(to: folder.path)
        let evaluation = try Evaluation(
            of: ScoredFiles(contentsOf: folder.path, memberNames: model.ensemble.members.map(\.name)),
            context: Evaluation.Context(
                dataset: Self.name(of: configuration.dataset.path), part: partition.scoredPart,
                preprocessing: model.preprocessingName, warnings: warnings,
                inputs: .init(datasetSHA256: table.digest, modelSHA256: model.digest ?? Digest(of: "")),
                replicates: configuration.evaluation.bootstrap, seed: configuration.seed,
                conformal: model.policy.conformal),
            workers: workers)
        let report = EvaluationReport(
            evaluation: evaluation, model: model, title: "Experiment \(configuration.name)",
            balancing: partition.balancing)
        try report.write(to: folder.path)
        try ModelCard(model: model, result: evaluation.result, configuration: configuration, network: network)
            .write(to: folder[.modelCard])
        try folder.seal()
        log.info("Finished")
        return Outcome(
            folder: folder,
            summary: report.terminalText + "Model:  \(folder[.model])\nReport: \(folder[.report])\n")
    }

    /// What `run` would do, without doing it: for `--dry-run`.
    public func plan() throws -> String {
        let source = try DatasetSource.open(
            configuration.dataset.path, labels: configuration.dataset.labels,
            skippingMissing: configuration.dataset.skipUnreadable)
        let network = try networkWeights(for: source)
        var text = configuration.yaml
        text += "\n" + DatasetSummary(of: source.dataset).text
        text += network.map { "Features: \($0.weights.featureCount) per picture, network \($0.description)\n" } ?? ""
        text += "Nothing was trained: this was a dry run.\n"
        return text
    }

    /// A feature file needs no network.
    private func networkWeights(for source: DatasetSource) throws -> NetworkWeights? {
        guard case .pictures = source else { return nil }
        return try NetworkWeights.load(
            configuration.extractor.weights, alpha: configuration.extractor.alpha, seed: configuration.seed)
    }

    private func extractorLabel(of source: DatasetSource, network: NetworkWeights?) -> String {
        switch source {
        case .features(let content): content.extractor
        case .pictures:
            FeatureExtractor.label(preprocessing: configuration.preprocessing, weights: network?.weights.digest)
        }
    }

    private func checkConfiguration(in folder: RunFolder) throws {
        let path = folder[.configuration]
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard try FileContent.text(of: path) == configuration.yaml else {
            throw RunError.otherConfiguration(path: folder.path)
        }
    }

    private func features(
        of source: DatasetSource, network: NetworkWeights?, workers: Workers, log: Logger
    ) throws -> FeatureTable {
        guard case .pictures(let dataset) = source, let network else {
            guard case .features(let content) = source else { preconditionFailure("pictures without a network") }
            log.info("\(content.table.features.rows) samples with \(content.table.features.columns) features each")
            return content.table
        }
        log.info("\(dataset.count) pictures in \(dataset.root); network: \(network.description)")
        let extractor = FeatureExtractor(
            preprocessing: configuration.preprocessing,
            network: MobileNetV2(network.weights, inputSize: configuration.preprocessing.size),
            cacheFolder: configuration.extractor.cache)
        let bar = ProgressBar("Features", unit: "images")
        let table = try FeatureTable(
            of: dataset, by: extractor, skipUnreadable: configuration.dataset.skipUnreadable, workers: workers,
            progress: { bar.show($0, of: $1) }, note: { log.warning("\($0)") })
        for file in table.unreadable { log.warning("Skipped \(file.path): \(file.reason)") }
        return table
    }

    private func fit(
        _ table: FeatureTable, _ partition: TrainingPartition, conformal: ConformalPlan?, workers: Workers, log: Logger
    ) throws -> Ensemble.Fit {
        let truth = table.dataset.truth
        let tuningRows: Ensemble.TuningRows =
            partition.validation.isEmpty
            ? .crossFit(folds: partition.folds)
            : .validation(
                features: table.features.selecting(rows: partition.validation),
                truth: truth.selecting(rows: partition.validation), folds: partition.folds)
        let bar = ProgressBar("Fitting", unit: "fits")
        return try Ensemble.fit(
            features: table.features.selecting(rows: partition.train),
            truth: truth.selecting(rows: partition.train), members: configuration.members, tuningRows: tuningRows,
            parameters: configuration.ensemble, conformal: conformal, seed: configuration.seed, workers: workers
        ) { done, total, step in
            bar.show(done, of: total)
            log.debug("\(step)")
        }
    }

    /// The rows that are scored at the end, ascending, with their scores.
    private func scored(
        _ fit: Ensemble.Fit, _ table: FeatureTable, _ partition: TrainingPartition, workers: Workers
    ) -> (rows: [Int], scores: EnsembleScores) {
        if !partition.test.isEmpty {
            let features = table.features.selecting(rows: partition.test)
            return (partition.test, fit.ensemble.scores(features, workers: workers))
        }
        return (partition.validation.isEmpty ? partition.train : partition.validation, fit.tuningScores)
    }

    private func warnings(of partition: TrainingPartition, table: FeatureTable) -> [String] {
        var warnings: [String] = []
        if configuration.preprocessing.ink == .asDrawn { warnings.append(Self.asDrawnWarning) }
        if !table.dataset.missing.isEmpty {
            warnings.append("\(table.dataset.missing.count) pictures of the manifest are missing and were skipped")
        }
        if !table.unreadable.isEmpty {
            warnings.append("\(table.unreadable.count) pictures could not be read and were skipped")
        }
        return warnings + partition.warnings
    }

    /// What every result with the ink as drawn says at its top.
    static let asDrawnWarning =
        "Made with preprocessing.ink=as-drawn: the colour of the ink is still in the pictures. Where classes are drawn "
        + "in different colours, as in the public ECG image set, these scores measure the ink and not the heart"

    private func provenance(table: FeatureTable, warnings: [String]) -> TrainedModel.Provenance {
        let whereThingsLay: Set = ["dataset.path", "dataset.labels", "extractor.weights", "extractor.cache"]
        return TrainedModel.Provenance(
            heartsense: HeartSenseVersion.current, datasetSHA256: table.digest, seed: configuration.seed,
            configuration: configuration.resolved.filter { !whereThingsLay.contains($0.key) }, warnings: warnings)
    }

    /// One line: how many rows of each label are learnt from.
    private static func counts(of partition: TrainingPartition, codes: [String]) -> String {
        let labels = codes.indices.map { label in
            let (before, after) = (partition.balancing.before[label], partition.balancing.after[label])
            return before == after ? "\(codes[label]) \(after)" : "\(codes[label]) \(before) → \(after)"
        }
        return "Training rows: \(partition.train.count) (\(labels.joined(separator: ", "))); "
            + "validation \(partition.validation.count), test \(partition.test.count)"
    }

    static func name(of path: String) -> String {
        URL(fileURLWithPath: path).lastPathComponent
    }
}
