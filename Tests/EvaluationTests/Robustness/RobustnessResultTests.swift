import ClassificationMetrics
import Files
import Foundation
import Imaging
import LinearAlgebra
import Testing

@testable import Evaluation

struct RobustnessResultTests {
    private let inputs = EvaluationResult.Inputs(datasetSHA256: Digest(of: "data"), modelSHA256: Digest(of: "model"))

    /// Four samples N N V V. Answers are given by the label with score 0.9, or nil for a rejected picture.
    private func table(_ answers: [Int?]) -> PredictionTable {
        let truth = LabelMatrix(rows: 4, columns: 2, values: [1, 0, 1, 0, 0, 1, 0, 1])
        var decision = LabelMatrix(rows: 4, columns: 2)
        var scores = Matrix<Double>(rows: 4, columns: 2)
        for (row, answer) in answers.enumerated() {
            guard let answer else { continue }
            decision[row, answer] = true
            scores[row, answer] = 0.9
            scores[row, 1 - answer] = 0.1
        }
        return PredictionTable(
            codes: ["N", "V"], paths: (0 ..< 4).map { "\($0).png" }, truth: truth, decision: decision,
            uncertain: answers.map { $0 == nil }, scores: scores)
    }

    /// Writes correct answers except for `answers`, and lists rejected rows.
    private func write(_ answers: [Perturbation: [Int?]], to folder: RobustnessFolder) throws -> ScoredFiles {
        let clean = table([0, 0, 1, 1])
        let files = ScoredFiles(ensemble: clean, members: [], baseline: table([0, 0, 0, 0]), groups: nil)
        try files.write(to: folder.path)
        try AtomicFile.makeFolder(folder["robustness"])
        var refused: [[String]] = []
        for kind in Perturbation.allCases {
            let given = answers[kind] ?? [0, 0, 1, 1]
            try table(given).write(to: RobustnessFiles.path(kind, in: folder.path))
            refused += given.indices.filter { given[$0] == nil }.map { [kind.rawValue, "\($0).png", "blank"] }
        }
        try RobustnessFiles.writeRefused(refused, to: folder.path)
        return files
    }

    private func result(_ answers: [Perturbation: [Int?]], replicates: Int = 0) throws -> RobustnessResult {
        let folder = try RobustnessFolder()
        let files = try write(answers, to: folder)
        return try RobustnessResult(
            of: RobustnessFiles(contentsOf: folder.path, for: files), inputs: inputs, replicates: replicates,
            seed: 1,
            workers: Workers(count: 2))
    }

    @Test func `a perturbation that changes no answer has no cost`() throws {
        let result = try result([:], replicates: 50)
        #expect(result.n == 4 && result.perturbations.map(\.name) == Perturbation.allCases.map(\.rawValue))
        for row in result.perturbations {
            #expect(row.metrics == result.clean && row.refused == 0)
            #expect(row.differences["f1_macro"] == .init(value: 0, interval: [0, 0]))
        }
    }

    @Test func `a wrong answer counts for its perturbation only`() throws {
        let result = try result([.blur: [0, 1, 1, 1]], replicates: 200)
        let blur = try #require(result.perturbations.first { $0.name == "blur" })
        // N: precision 1, recall ½; V: precision ⅔, recall 1.
        let expected = (2.0 / 3 + 4.0 / 5) / 2
        #expect(abs(try #require(blur.metrics[.f1Macro]) - expected) < 1e-12)
        #expect(blur.metrics[.top1Accuracy] == 0.75)
        let difference = try #require(blur.differences["f1_macro"])
        #expect(abs(difference.value - (expected - 1)) < 1e-12)
        let interval = try #require(difference.interval)
        #expect(interval[0] < difference.value && interval[1] == 0)
        #expect(result.perturbations.count { $0.metrics[.f1Macro] == 1 } == Perturbation.allCases.count - 1)
    }

    @Test func `a rejected picture is wrong even if the first label is true`() throws {
        let result = try result([.noise: [nil, 0, 1, nil]])
        let noise = try #require(result.perturbations.first { $0.name == "noise" })
        #expect(noise.refused == 2)
        #expect(noise.metrics[.top1Accuracy] == 0.5)
        // In the top-1 answer rejected rows are false positives of the other label: F1 of ½ for both.
        #expect(noise.metrics[.top1F1Macro] == 0.5)
        // In the decision they are only false negatives: precision 1, recall ½.
        #expect(abs(try #require(noise.metrics[.f1Macro]) - 2.0 / 3) < 1e-12)
        #expect(noise.metrics[.uncertainFraction] == 0.5)
        #expect(noise.differences["f1_macro"]?.interval == nil)
    }

    @Test func `the JSON is read as it was written`() throws {
        let result = try result([.jpeg: [1, 0, nil, 1]], replicates: 20)
        #expect(try JSONDecoder().decode(RobustnessResult.self, from: result.json()) == result)
    }

    @Test func `tables with other rows are rejected`() throws {
        let folder = try RobustnessFolder()
        let files = try write([:], to: folder)
        let path = RobustnessFiles.path(.grid, in: folder.path)
        let lines = try FileContent.text(of: path).split(separator: "\n")
        try AtomicFile.write(lines.dropLast().joined(separator: "\n") + "\n", to: path)
        #expect(throws: EvaluationError.mismatchedRows(file: path, reference: folder["predictions.csv"])) {
            try RobustnessFiles(contentsOf: folder.path, for: files)
        }
        try AtomicFile.write("disturbance,path,reason\nnoise,9.png,blank\n", to: folder["robustness/refused.csv"])
        _ = try write([:], to: folder)
        try AtomicFile.write("disturbance,path,reason\nnoise,9.png,blank\n", to: folder["robustness/refused.csv"])
        #expect(
            throws: EvaluationError.mismatchedRows(
                file: folder["robustness/refused.csv"], reference: folder["predictions.csv"])
        ) { try RobustnessFiles(contentsOf: folder.path, for: files) }
    }
}
