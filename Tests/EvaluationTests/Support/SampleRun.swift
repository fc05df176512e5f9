import ClassificationMetrics
import Datasets
import Files
import Foundation
import LinearAlgebra
import Runs

@testable import Evaluation

/// A run's folder with synthetic scores for 3 labels, as after training but without the model.
struct SampleRun {
    static let codes = ["N", "V", "X.1"]

    var rows = 40
    /// Shifts the rows with correct answers.
    var seed: UInt64 = 1
    /// The rate at which the true label has the highest score.
    var skill = 0.7
    var groups: [String]?
    var configuration: [String: String] = ["name": "sample", "seed": "1", "classifiers.ml-svm.C": "5"]
    var warnings: [String] = []
    var datasetDigest = Digest(of: "data")
    var paths: [String]?
    var truthShift = 0

    var table: PredictionTable {
        var random = SeededGenerator(seed: seed)
        var truth = LabelMatrix(rows: rows, columns: 3)
        var decision = truth
        var scores = Matrix<Double>(rows: rows, columns: 3)
        for row in 0 ..< rows {
            let right = (row + (row == 5 ? truthShift : 0)) % 3
            truth[row, right] = true
            let top = random.uniform() < skill ? right : (right + 1) % 3
            decision[row, top] = true
            for label in 0 ..< 3 { scores[row, label] = (label == top ? 0.5 : 0.1) + 0.4 * random.uniform() }
        }
        return PredictionTable(
            codes: Self.codes, paths: paths ?? (0 ..< rows).map { "\($0).png" }, truth: truth, decision: decision,
            uncertain: (0 ..< rows).map { $0 % 9 == 0 }, scores: scores)
    }

    @discardableResult
    func write(to folder: String) throws -> RunFolder {
        let table = table
        let baseline = PredictionTable(
            codes: table.codes, paths: table.paths, truth: table.truth, decision: LabelMatrix(rows: rows, columns: 3),
            uncertain: Array(repeating: false, count: rows),
            scores: Matrix(rows: rows, columns: 3, repeating: 0.5))
        let files = ScoredFiles(ensemble: table, members: [("mlaram", table)], baseline: baseline, groups: groups)
        let run = RunFolder(path: folder)
        try files.write(to: folder)
        let evaluation = try EvaluationRun(
            of: files,
            context: .init(
                dataset: "samples", part: "test", preprocessing: "neutral 224", warnings: warnings,
                inputs: .init(datasetSHA256: datasetDigest, modelSHA256: Digest(of: "model \(seed)")), replicates: 20,
                seed: 1),
            workers: Workers(count: 1))
        try AtomicFile.write(try evaluation.result.json(), to: run[.metrics])
        let yaml = configuration.sorted { $0.key < $1.key }.map {
            "\($0.key): '\($0.value.replacingOccurrences(of: "'", with: "''"))'\n"
        }
        .joined()
        try AtomicFile.write(yaml, to: run[.configuration])
        return run
    }

    /// Calls `body` with a temporary folder.
    static func inFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("heartsense-\(UUID().uuidString)")
            .path
        try AtomicFile.makeFolder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }
}
