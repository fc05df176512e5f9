import Classifiers
import Datasets
import Evaluation
import Files
import Foundation
import Imaging
import Inference
import LinearAlgebra
import Logging
import NeuralNetwork
import Plots
import Progress
import Runs

/// One experiment from its configuration to a finished run folder.
public struct TrainingRun: Sendable {
    public let configuration: ExperimentConfiguration

    public init(configuration: ExperimentConfiguration) {
        self.configuration = configuration
    }

    /// Reads the data, makes features, fits, tunes, writes the model, scores, and evaluates.
    ///
    /// - Parameters:
    ///   - output: the run's folder; nil for `runs/<name>/<time>/`.
    ///   - resume: goes on with a run that was interrupted; of a finished one only the summary is given again.
    /// - Throws: every error of the stages, each naming its file. What was finished stays in the folder and in the
    ///   feature cache.
    public func run(output: String?, resume: Bool, workers: Workers) throws -> RunOutcome {
        try run(output: output, resume: resume, workers: workers) { _ in }
    }

    /// - Parameter reached: is told of each stage when it is behind the run; what it throws ends the run there, as a
    ///   power failure would.
    func run(
        output: String?, resume: Bool, workers: Workers, reached: (Stage) throws -> Void
    ) throws -> RunOutcome {
        let asked =
            output ?? (resume ? RunFolder.toResume(name: configuration.name, yaml: configuration.yaml) : nil)
        if resume, let asked, let finished = try finished(RunFolder(path: asked)) { return finished }
        // Data, protocol and weights are checked before the folder is made: what is wrong leaves none behind.
        let source = try DatasetSource.open(
            configuration.dataset.path, labels: configuration.dataset.labels,
            skippingMissing: configuration.dataset.skipUnreadable)
        try OuterFolds.check(source.dataset, configuration: configuration)
        let foldNetworks = try foldNetworks(for: source)
        let network = try foldNetworks?.final ?? networkWeights(for: source)
        let audit = try TrainingAudit(of: source, configuration: configuration, workers: workers)
        let folder = try RunFolder.create(name: configuration.name, asked: asked, resume: resume)
        try checkConfiguration(in: folder)
        if resume { folder.removeRemains() }
        try AtomicFile.write(configuration.yaml, to: folder[.configuration])
        let log = RunLog.logger(appendingTo: folder[.log])
        log.info("heartsense \(HeartSenseVersion.current), experiment \(configuration.name), run in \(folder.path)")
        for note in audit.notes { log.info("\(note)") }
        try EnvironmentRecord(workers: workers).write(to: folder.nextEnvironment)
        try reached(.begun)

        let table = try features(of: source, network: network, workers: workers, log: log)
        let checkpoint = try Checkpoint(
            of: folder,
            key: key(
                of: table,
                extractor: extractorLabel(of: source, network: network)
                    + (foldNetworks.map { ", of folds \($0.digest)" } ?? "")),
            memberNames: configuration.members.map(\.name), note: { log.warning("\($0)") })
        try reached(.features)
        let outer = try OuterFolds(of: table, configuration: configuration)
        let partition = try TrainingPartition(of: table, configuration: configuration)
        let warnings =
            audit.warnings + warnings(of: partition, table: table) + (outer?.warnings ?? [])
            + (foldNetworks?.warnings ?? [])
            + configuration.doubt.warnings(of: partition, table.dataset, seed: configuration.seed)
        for warning in warnings { log.warning("\(warning)") }
        log.info("\(Self.counts(of: partition, codes: table.dataset.labelSpace.codes))")

        let fitting = Fitting(
            configuration: configuration, table: table, network: network?.weights,
            extractor: extractorLabel(of: source, network: network), warnings: warnings, workers: workers, log: log)
        let fittingOfFold = { (fold: String) throws -> Fitting in
            guard let network = foldNetworks?.networks[fold] else { return fitting }
            return fitting.with(
                table: try features(of: source, network: network, workers: workers, log: log),
                network: network.weights, extractor: extractorLabel(of: source, network: network))
        }
        let (model, files) = try modelAndScores(
            fitting, ofFold: fittingOfFold, partition, outer, in: folder, checkpoint, reached: reached)
        let evaluation = try EvaluationRun(
            of: files,
            context: EvaluationRun.Context(
                dataset: Dataset.name(of: configuration.dataset.path), part: partition.scoredPart,
                preprocessing: model.preprocessingName, warnings: warnings,
                inputs: .init(datasetSHA256: table.digest, modelSHA256: model.digest ?? Digest(of: "")),
                replicates: configuration.evaluation.bootstrap, seed: configuration.seed,
                conformal: model.policy.conformal),
            workers: workers)
        let scored = outer == nil ? partition.scored : Array(table.dataset.samples.indices)
        let report = EvaluationReport(
            evaluation: evaluation, model: model, title: "Experiment \(configuration.name)",
            balancing: partition.balancing,
            mostConfidentErrors: MostConfidentErrors(
                of: evaluation.files.ensemble, files: source.files(of: table.dataset.subset(scored)),
                preprocessing: configuration.preprocessing, workers: workers))
        try report.write(to: folder.path)
        try reached(.report)
        try ModelCard(model: model, result: evaluation.result, network: network)
            .write(to: folder[.modelCard])
        let places = "Model:  \(folder[.model])\nReport: \(folder[.report])\n"
        try AtomicFile.write(report.terminalText(.plain), to: folder.summary)
        for place in try configuration.tracking.record(folder) { log.info("Tracked in \(place)") }
        try checkpoint.remove()
        try folder.seal()
        log.info("Finished")
        return RunOutcome(folder: folder, summary: report.terminalText(.of(STDOUT_FILENO)) + places)
    }

    /// Where a run can be interrupted.
    enum Stage: Equatable, Sendable {
        case begun, features
        /// A fold of a cross-validation was fitted and scored.
        case fold(Int)
        case model, scores, report
    }

    /// A finished run of this configuration, as it told of itself; nil if it is not finished.
    private func finished(_ folder: RunFolder) throws -> RunOutcome? {
        guard folder.isFinished else { return nil }
        try checkConfiguration(in: folder)
        return RunOutcome(
            folder: folder,
            summary: "The run in \(folder.path) is finished; nothing is left to do.\n\n"
                + (try FileContent.text(of: folder.summary))
                + "Model:  \(folder[.model])\nReport: \(folder[.report])\n")
    }

    /// What every result of the run depends on.
    private func key(of table: FeatureTable, extractor: String) -> Digest {
        Digest(of: "\(HeartSenseVersion.current)\n\(configuration.yaml)\n\(table.digest)\n\(extractor)\n")
    }

    /// Fits and scores, or takes up what the checkpoint has.
    private func modelAndScores(
        _ fitting: Fitting, ofFold fittingOfFold: (_ name: String) throws -> Fitting, _ partition: TrainingPartition,
        _ outer: OuterFolds?, in folder: RunFolder, _ checkpoint: Checkpoint, reached: (Stage) throws -> Void
    ) throws -> (TrainedModel, ScoredFiles) {
        let names = checkpoint.memberNames
        if checkpoint.isDone("scores"), let model = try? ModelFile.read(folder[.model]),
            let files = try? ScoredFiles(contentsOf: folder.path, memberNames: names)
        {
            fitting.log.info("Model and scores are there already")
            return (model, files)
        }
        let outOfFold = try outer.map { outer in
            ScoredFiles(
                joining: try (0 ..< outer.count).map { fold in
                    let scores = try checkpoint.scores("fold-\(fold + 1)") {
                        try fittingOfFold(outer.names[fold]).scores(of: fold, outer)
                    }
                    try reached(.fold(fold))
                    return (outer.names[fold], outer.split(fold).test, scores)
                })
        }
        let fit = try fitting.fit(partition, title: outer == nil ? "Fitting" : "Fitting the final model")
        let model = try ModelFile.write(fitting.model(fit, partition), to: folder[.model])
        fitting.log.info("Model written to \(folder[.model])")
        try reached(.model)
        try (outOfFold ?? fitting.scores(of: partition, fit, by: model)).write(to: folder.path)
        try checkpoint.markDone("scores")
        try reached(.scores)
        return (model, try ScoredFiles(contentsOf: folder.path, memberNames: names))
    }

    /// What `run` would do, without doing it: for `--dry-run`.
    public func plan() throws -> String {
        let source = try DatasetSource.open(
            configuration.dataset.path, labels: configuration.dataset.labels,
            skippingMissing: configuration.dataset.skipUnreadable)
        try OuterFolds.check(source.dataset, configuration: configuration)
        let network = try foldNetworks(for: source)?.final ?? networkWeights(for: source)
        var text = configuration.yaml
        text += "\n" + DatasetSummary(of: source.dataset).text
        text += network.map { "Features: \($0.weights.featureCount) per picture, network \($0.description)\n" } ?? ""
        text += "Nothing was trained: this was a dry run.\n"
        return text
    }

    private func foldNetworks(for source: DatasetSource) throws -> FoldNetworks? {
        guard case .pictures(let dataset) = source else { return nil }
        return try FoldNetworks(for: dataset, configuration: configuration)
    }

    /// A feature file needs no network.
    func networkWeights(for source: DatasetSource) throws -> NetworkWeights? {
        guard case .pictures = source else { return nil }
        try configuration.extractor.precision.check()
        return try NetworkWeights.load(
            configuration.extractor.weights, alpha: configuration.extractor.alpha, seed: configuration.seed)
    }

    func extractorLabel(of source: DatasetSource, network: NetworkWeights?) -> String {
        switch source {
        case .features(let content): content.extractor
        case .pictures:
            FeatureExtractor.label(
                preprocessing: configuration.preprocessing, weights: network?.weights.digest,
                precision: configuration.extractor.precision)
        }
    }

    private func checkConfiguration(in folder: RunFolder) throws {
        let path = folder[.configuration]
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard try FileContent.text(of: path) == configuration.yaml else {
            throw RunError.otherConfiguration(path: folder.path)
        }
    }

    func features(
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
            network: MobileNetV2(
                network.weights, inputSize: configuration.preprocessing.size,
                precision: configuration.extractor.precision),
            cacheFolder: configuration.extractor.cache)
        let bar = ProgressBar("Features", unit: "images")
        let table = try FeatureTable(
            of: dataset, by: extractor, skipUnreadable: configuration.dataset.skipUnreadable, workers: workers,
            progress: { bar.show($0, of: $1) }, note: { log.warning("\($0)") })
        for path in dataset.missing { log.warning("Skipped \(path): there is no such file") }
        for file in table.unreadable { log.warning("Skipped \(file.path): \(file.reason)") }
        return table
    }

    private func warnings(of partition: TrainingPartition, table: FeatureTable) -> [String] {
        var warnings: [String] = []
        if configuration.preprocessing.ink == .asDrawn { warnings.append(TrainedModel.Provenance.asDrawnWarning) }
        if !table.unreadable.isEmpty {
            warnings.append("\(table.unreadable.count) pictures could not be read and were skipped")
        }
        return warnings + partition.warnings
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
}
