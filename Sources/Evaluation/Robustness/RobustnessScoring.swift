import Classifiers
import Datasets
import Files
import Foundation
import Imaging
import Inference
import LinearAlgebra
import Logging
import Progress

/// Scores a dataset's pictures under every perturbation, with the model's own preprocessing and network.
struct RobustnessScoring {
    let model: TrainedModel
    /// The extractor for the original pictures.
    let extractor: FeatureExtractor
    /// The scored samples. All of their original pictures could be read.
    let dataset: Dataset
    /// n × L, in the model's label space.
    let truth: LabelMatrix
    let log: Logger

    /// The seed of the perturbations. It is the same for every model, so that all models get the same pictures.
    static let seed: UInt64 = 1

    /// Writes the input files of `RobustnessFiles`, each as soon as its perturbation is done.
    ///
    /// - Throws: `FileError`, also for a picture that was deleted meanwhile; `HDF5Error` for the cache.
    func run(output: String, workers: Workers) throws {
        try AtomicFile.makeFolder("\(output)/robustness")
        let files = dataset.samples.map { dataset.path(of: $0) }
        let kinds = Perturbation.allCases
        let bar = ProgressBar("Robustness", unit: "images")
        let total = kinds.count * files.count
        var refused: [[String]] = []
        for (number, kind) in kinds.enumerated() {
            let extraction = try extractor.perturbed(by: SeededPerturbation(kind, seed: Self.seed)).extract(
                files: files, skipUnreadable: true, workers: workers,
                progress: { done, _ in bar.show(number * files.count + done, of: total) },
                note: { log.warning("\($0)") })
            for file in extraction.unreadable {
                // A deleted picture is an error and not a rejection by the model.
                _ = try FileContent.bytes(of: file.path, limit: Page.Limits().bytes)
            }
            try table(of: extraction, workers: workers).write(to: RobustnessFiles.path(kind, in: output))
            let readable = Set(extraction.readable)
            let rows = files.indices.filter { !readable.contains($0) }
            let reasons = Dictionary(extraction.unreadable.map { ($0.path, $0.reason) }) { first, _ in first }
            refused += rows.map { [kind.rawValue, dataset.samples[$0].path, reasons[files[$0]] ?? ""] }
        }
        try RobustnessFiles.writeRefused(refused, to: output)
    }

    /// Returns the predictions for all samples. Rejected ones have no label, are uncertain and have scores of 0.
    private func table(of extraction: FeatureExtractor.Extraction, workers: Workers) throws -> PredictionTable {
        let codes = model.labelSpace.codes
        var decision = LabelMatrix(rows: dataset.count, columns: codes.count)
        var uncertain = [Bool](repeating: true, count: dataset.count)
        var scores = Matrix<Double>(rows: dataset.count, columns: codes.count)
        if !extraction.readable.isEmpty {
            let answers = try ScoredFiles(
                scores: model.ensemble.scores(extraction.features, workers: workers),
                reasons: DecisionReasons(of: extraction.features, traces: extraction.traces, by: model),
                rows: extraction.readable,
                of: dataset, by: model, truth: truth.selecting(rows: extraction.readable)
            ).ensemble
            for (place, row) in extraction.readable.enumerated() {
                uncertain[row] = answers.uncertain[place]
                for label in codes.indices {
                    decision[row, label] = answers.decision[place, label]
                    scores[row, label] = answers.scores[place, label]
                }
            }
        }
        return PredictionTable(
            codes: codes, paths: dataset.samples.map(\.path), truth: truth, decision: decision, uncertain: uncertain,
            scores: scores)
    }
}
