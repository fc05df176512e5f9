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

/// A training run: from an experiment's configuration to a finished run folder.
public struct TrainingRun: Sendable {
    public let configuration: ExperimentConfiguration

    public init(configuration: ExperimentConfiguration) {
        self.configuration = configuration
    }

    /// Computes features, fits, writes the model, scores, and evaluates.
    ///
    /// - Parameters:
    ///   - output: the run's folder; nil for `runs/<name>/<time>/`.
    ///   - resume: whether to continue an interrupted run. A finished run returns its summary.
    /// - Throws: every error of the stages, naming its file. Finished parts stay in the folder and the feature cache.
    public func run(output: String?, resume: Bool, workers: Workers) throws -> RunOutcome {
        try run(output: output, resume: resume, workers: workers) { _ in }
    }

    /// Runs with a hook for tests.
    ///
    /// - Parameter reached: called after each stage. An error that it throws ends the run at once, like a power
    ///   failure.
    func run(
        output: String?, resume: Bool, workers: Workers, reached: (Stage) throws -> Void
    ) throws -> RunOutcome {
        let session = RunSession(
            name: configuration.name, text: configuration.yaml, output: output, resume: resume)
        if let finished = try session.finished() { return outcome(finished.folder, finished.summary) }
        // Data, protocol, weights and leaks are checked first, so that an error leaves no folder.
        try configuration.tracking.check()
        let input = try TrainingInput(for: configuration)
        let audit = try TrainingAudit(of: input.source, configuration: configuration, workers: workers)
        let (folder, log) = try session.begin(
            "experiment \(configuration.name)", environment: EnvironmentRecord(workers: workers))
        for note in audit.notes { log.info("\(note)") }
        try reached(.begun)

        let table = try input.features(by: input.network, workers: workers, log: log)
        let checkpoint = try Checkpoint(
            of: folder, key: key(of: table, input), memberNames: configuration.members.map(\.name),
            note: { log.warning("\($0)") })
        try reached(.features)
        let outer = try OuterFolds(of: table, configuration: configuration)
        let partition = try TrainingPartition(of: table, configuration: configuration)
        let warnings = audit.warnings + warnings(of: partition, outer, table, input)
        for warning in warnings { log.warning("\(warning)") }
        log.info("\(Self.counts(of: partition, codes: table.dataset.labelSpace.codes))")

        let fitting = Fitting(
            configuration: configuration, table: table, network: input.network?.weights,
            extractor: input.extractorLabel(input.network), warnings: warnings, workers: workers, log: log)
        let (model, files) = try modelAndScores(
            fitting, input, partition, outer, in: folder, checkpoint, reached: reached)
        let report = try report(on: files, of: model, fitting, input, partition, outer)
        try report.write(to: folder.path)
        try reached(.report)
        try ModelCard(
            model: model, result: report.evaluation.result, network: input.network, facts: configuration.card,
            groups: groupCount(table.dataset), subgroups: report.subgroups
        ).write(to: folder[.modelCard])
        try AtomicFile.write(report.terminalText(.plain), to: folder.summary)
        for place in try configuration.tracking.record(folder) { log.info("Tracking data written to \(place)") }
        try checkpoint.remove()
        try folder.seal()
        log.info("Finished")
        return outcome(folder, report.terminalText(.of(STDOUT_FILENO)))
    }

    private func groupCount(_ dataset: Dataset) -> Int? {
        let groups = Set(dataset.samples.compactMap(\.group))
        return groups.isEmpty ? nil : groups.count
    }

    private func outcome(_ folder: RunFolder, _ summary: String) -> RunOutcome {
        RunOutcome(
            folder: folder, summary: summary + "Model:  \(folder[.model])\nReport: \(folder[.report])\n")
    }

    /// The stages after which `reached` is called.
    enum Stage: Equatable, Sendable {
        case begun, features
        /// A fold of a cross-validation was fitted and scored.
        case fold(Int)
        case model, scores, report
    }

    /// Returns the digest of everything that the results depend on.
    private func key(of table: FeatureTable, _ input: TrainingInput) -> Digest {
        Digest(of: "\(HeartSenseVersion.current)\n\(configuration.yaml)\n\(table.digest)\n\(input.featuresKey)\n")
    }

    /// Fits and scores, or continues from the checkpoint.
    private func modelAndScores(
        _ fitting: Fitting, _ input: TrainingInput, _ partition: TrainingPartition, _ outer: OuterFolds?,
        in folder: RunFolder, _ checkpoint: Checkpoint, reached: (Stage) throws -> Void
    ) throws -> (TrainedModel, ScoredFiles) {
        let names = checkpoint.memberNames
        if checkpoint.isDone("scores"), let model = try? ModelFile.read(folder[.model]),
            let files = try? ScoredFiles(contentsOf: folder.path, memberNames: names)
        {
            fitting.log.info("Continuing with the existing model and scores")
            return (model, files)
        }
        let outOfFold = try outer.map { outer in
            ScoredFiles(
                joining: try (0 ..< outer.count).map { fold in
                    let scores = try checkpoint.scores("fold-\(fold + 1)") {
                        try self.fitting(fitting, of: outer.names[fold], input).scores(of: fold, outer)
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

    /// Returns a fitting with the features of the fold's own network; the given fitting if the fold has none.
    private func fitting(_ fitting: Fitting, of fold: String, _ input: TrainingInput) throws -> Fitting {
        guard let network = input.foldNetworks?.networks[fold] else { return fitting }
        return fitting.with(
            table: try input.features(by: network, workers: fitting.workers, log: fitting.log),
            network: network.weights, extractor: input.extractorLabel(network))
    }

    private func report(
        on files: ScoredFiles, of model: TrainedModel, _ fitting: Fitting, _ input: TrainingInput,
        _ partition: TrainingPartition, _ outer: OuterFolds?
    ) throws -> EvaluationReport {
        let (table, workers) = (fitting.table, fitting.workers)
        let evaluation = try EvaluationRun(
            of: files,
            context: EvaluationRun.Context(
                dataset: Dataset.name(of: configuration.dataset.path), part: partition.scoredPart,
                preprocessing: model.preprocessingName, warnings: fitting.warnings.map(\.description),
                inputs: .init(datasetSHA256: table.digest, modelSHA256: model.digest ?? Digest(of: "")),
                replicates: configuration.evaluation.bootstrap, seed: configuration.seed,
                voteWeights: model.ensemble.weightsByName, conformal: model.policy.conformal),
            workers: workers)
        let scored = outer == nil ? partition.scored : Array(table.dataset.samples.indices)
        return try EvaluationReport(
            evaluation: evaluation, model: model, title: "Experiment \(configuration.name)",
            balancing: partition.balancing,
            samples: scored.map { table.dataset.samples[$0] },
            mostConfidentErrors: MostConfidentErrors(
                of: evaluation.files.ensemble, files: input.source.files(of: table.dataset.subset(scored)),
                preprocessing: configuration.preprocessing, workers: workers))
    }

    /// Returns the plan that `--dry-run` prints. Nothing is trained or written.
    public func plan() throws -> String {
        let input = try TrainingInput(for: configuration)
        var text = configuration.yaml
        text += "\n" + DatasetSummary(of: input.source.dataset).text
        text +=
            input.network.map {
                "Features: \(configuration.features.measurements.count + $0.weights.featureCount) per "
                    + "\(configuration.input == .picture ? "picture" : "recording"), network \($0.description)\n"
            } ?? ""
        text += "This was a dry run: nothing was trained.\n"
        return text
    }

    private func warnings(
        of partition: TrainingPartition, _ outer: OuterFolds?, _ table: FeatureTable, _ input: TrainingInput
    ) -> [ResultWarning] {
        var warnings: [ResultWarning] = []
        if configuration.preprocessing.ink == .asDrawn { warnings.append(.asDrawn) }
        if !table.unreadable.isEmpty { warnings.append(.unreadablePictures(table.unreadable.count)) }
        return warnings + partition.warnings + (outer?.warnings ?? []) + (input.foldNetworks.map { [$0.warning] } ?? [])
            + configuration.doubt.warnings(of: partition, table.dataset, seed: configuration.seed)
    }

    /// Returns a line with the number of training rows of each label, before and after undersampling.
    private static func counts(of partition: TrainingPartition, codes: [String]) -> String {
        let labels = codes.indices.map { label in
            let (before, after) = (partition.balancing.before[label], partition.balancing.after[label])
            return before == after ? "\(codes[label]) \(after)" : "\(codes[label]) \(before) → \(after)"
        }
        return "Training rows: \(partition.train.count) (\(labels.joined(separator: ", "))); "
            + "validation \(partition.validation.count), test \(partition.test.count)"
    }
}
