import Classifiers
import Datasets
import Files
import Foundation
import Imaging
import Inference
import LinearAlgebra
import Logging
import Plots
import Progress
import Runs

/// Scores a dataset with a trained model and evaluates the result, for `heartsense evaluate`.
public struct Scoring: Sendable {
    public let model: String
    public let dataset: String
    public let output: String
    /// Whether every sample is scored, instead of only the test part if there is one.
    public let scoreAll: Bool
    public let skipUnreadable: Bool
    /// The number of bootstrap replicates; 0 for no intervals.
    public let replicates: Int
    public let cacheFolder: String?
    /// Whether the pictures are also scored under every perturbation.
    public let robustness: Bool

    public init(
        model: String, dataset: String, output: String, scoreAll: Bool = false, skipUnreadable: Bool = false,
        replicates: Int = 1000, cacheFolder: String? = nil, robustness: Bool = false
    ) {
        self.model = model
        self.dataset = dataset
        self.output = output
        self.scoreAll = scoreAll
        self.skipUnreadable = skipUnreadable
        self.replicates = replicates
        self.cacheFolder = cacheFolder
        self.robustness = robustness
    }

    public struct Outcome: Sendable {
        public let result: EvaluationResult
        public let summary: String
    }

    /// Writes `predictions.csv`, `scores/`, `metrics.json`, `plots/` and `report.html` into the output folder.
    ///
    /// - Throws: The errors of all stages. Each names its file.
    public func run(workers: Workers) throws -> Outcome {
        let trained = try ModelFile.read(model)
        let source = try DatasetSource.open(dataset, labels: nil, kind: trained.input, skippingMissing: skipUnreadable)
        if robustness, source.pictures == nil { throw EvaluationError.perturbationNeedsPictures(dataset: dataset) }
        try EvaluationFolder.check(output)
        let log = RunLog.logger(appendingTo: nil)
        var warnings = trained.provenance.laterWarnings

        let chosen = rows(of: source.dataset)
        let table = try features(
            of: source, rows: chosen.rows, by: trained, workers: workers, log: { log.warning("\($0)") })
        warnings += table.dataset.warnings.map(\.description)
        warnings += Self.otherConditions(in: table.dataset.labelSpace, than: trained.labelSpace).map(\.description)
        for path in table.dataset.missing { log.warning("Skipped \(path): the file does not exist") }
        if !table.unreadable.isEmpty {
            warnings.append(ResultWarning.unreadablePictures(table.unreadable.count).description)
            for file in table.unreadable { log.warning("Skipped \(file.path): \(file.reason)") }
        }
        let truth = try Self.truth(of: table.dataset, in: trained.labelSpace, dataset: dataset, model: model)
        let scores = try trained.ensemble.scores(table.features, workers: workers)
        try AtomicFile.makeFolder(output)
        let rows = Array(0 ..< table.dataset.count)
        RobustnessFiles.remove(from: output)
        let reasons = DecisionReasons(
            of: table.features, traces: table.traces, known: table.findings, by: trained)
        try ScoredFiles(scores: scores, reasons: reasons, rows: rows, of: table.dataset, by: trained, truth: truth)
            .write(to: output)
        let evaluation = try EvaluationRun(
            of: ScoredFiles(contentsOf: output, memberNames: trained.ensemble.members.map(\.name)),
            context: EvaluationRun.Context(
                dataset: Dataset.name(of: dataset), part: chosen.part, preprocessing: trained.preprocessingName,
                warnings: warnings,
                inputs: .init(datasetSHA256: table.digest, modelSHA256: trained.digest ?? Digest(of: "")),
                replicates: replicates, seed: trained.provenance.seed,
                voteWeights: trained.ensemble.weightsByName, conformal: trained.policy.conformal),
            workers: workers)
        let report = try EvaluationReport(
            evaluation: evaluation, model: trained, title: "\(trained.name) on \(Dataset.name(of: dataset))",
            samples: table.dataset.samples,
            mostConfidentErrors: MostConfidentErrors(
                of: evaluation.files.ensemble, files: source.files(of: table.dataset),
                preprocessing: trained.preprocessing, workers: workers),
            robustness: robustness
                ? try perturbed(table.dataset, truth, evaluation, by: trained, workers: workers, log: log) : nil)
        try report.write(to: output)
        return Outcome(
            result: evaluation.result,
            summary: report.terminalText(.of(STDOUT_FILENO)) + "Report: \(output)/report.html\n")
    }

    /// Scores the pictures under every perturbation, writes the scores and computes robustness from them.
    private func perturbed(
        _ data: Dataset, _ truth: LabelMatrix, _ evaluation: EvaluationRun, by trained: TrainedModel, workers: Workers,
        log: Logger
    ) throws -> RobustnessReport {
        let extractor = try trained.extractor(cacheFolder: cacheFolder, model: model, dataset: dataset)
        try RobustnessScoring(model: trained, extractor: extractor, dataset: data, truth: truth, log: log)
            .run(output: output, workers: workers)
        let result = try RobustnessResult(
            of: RobustnessFiles(contentsOf: output, for: evaluation.files), inputs: evaluation.result.inputs,
            replicates: replicates, seed: trained.provenance.seed, workers: workers)
        let sheet = try PerturbationSheet(
            of: data.path(of: data.samples[0]), preprocessing: trained.preprocessing, seed: RobustnessScoring.seed,
            workers: workers)
        return RobustnessReport(result: result, sheet: sheet)
    }

    /// Returns the test part if there is one, else all rows.
    private func rows(of dataset: Dataset) -> (rows: [Int], part: String) {
        let test = dataset.samples.indices.filter { dataset.samples[$0].part == .test }
        if scoreAll || test.isEmpty { return (Array(dataset.samples.indices), "all") }
        return (test, "test")
    }

    private func features(
        of source: DatasetSource, rows: [Int], by trained: TrainedModel, workers: Workers, log: (String) -> Void
    ) throws -> FeatureTable {
        switch source {
        case .features(let content):
            let found = content.table.features.columns
            let expected = trained.ensemble.preparation.inputCount
            guard found == expected else {
                throw EvaluationError.otherFeatures(dataset: dataset, found: found, model: model, expected: expected)
            }
            guard content.extractor == trained.extractor else {
                throw EvaluationError.otherExtractor(
                    dataset: dataset, found: content.extractor, model: model, expected: trained.extractor)
            }
            return content.table.selecting(rows: rows)
        case .pictures(let files), .recordings(let files), .beats(let files):
            let extractor = try trained.fileFeatures(cacheFolder: cacheFolder, model: model, dataset: dataset)
            let bar = ProgressBar("Features", unit: trained.input.unit)
            return try FeatureTable(
                of: files.subset(rows), by: extractor, skipUnreadable: skipUnreadable, workers: workers,
                progress: { bar.show($0, of: $1) }, note: log)
        }
    }

    /// Warns about each code with different meanings in the data and in training. Publications use the letters of the
    /// public set with several meanings.
    private static func otherConditions(in space: LabelSpace, than known: LabelSpace) -> [ResultWarning] {
        space.labels.compactMap { label in
            guard let index = known.index(ofCode: label.code), known.labels[index].condition != label.condition
            else { return nil }
            return .otherCondition(
                label: label.code, model: "\(known.labels[index].condition.rawValue) (\(known.fingerprint))",
                data: "\(label.condition.rawValue) (\(space.fingerprint))")
        }
    }

    /// Returns the dataset's truth in the columns of the model's label space.
    private static func truth(
        of data: Dataset, in space: LabelSpace, dataset: String, model: String
    ) throws -> LabelMatrix {
        let own = data.labelSpace.codes
        let used = Set(data.samples.flatMap(\.labels)).sorted()
        let unknown = used.map { own[$0] }.filter { space.index(ofCode: $0) == nil }
        guard unknown.isEmpty else {
            throw EvaluationError.labelsDiffer(dataset: dataset, unknown: unknown, model: model, known: space.codes)
        }
        var truth = LabelMatrix(rows: data.count, columns: space.count)
        for (row, sample) in data.samples.enumerated() {
            for label in sample.labels {
                if let column = space.index(ofCode: own[label]) { truth[row, column] = true }
            }
        }
        return truth
    }
}
