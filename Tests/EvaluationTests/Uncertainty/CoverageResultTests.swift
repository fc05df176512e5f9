import Classifiers
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Evaluation

struct CoverageResultTests {
    @Test func `the number of covered samples is beta-binomial`() {
        // scipy.stats.betabinom.cdf(80, 100, 91, 10) and cdf(0, 3, 9, 1).
        #expect(
            abs(
                CoverageResult.probability(ofAtMost: 80, among: 100, calibratedOn: 100, alpha: 0.1)
                    - 0.021_615_833_213_1324) < 1e-12)
        #expect(
            abs(
                CoverageResult.probability(ofAtMost: 0, among: 3, calibratedOn: 9, alpha: 0.1)
                    - 0.004_545_454_545_4545) < 1e-12)
        // With too few calibration rows every answer is in the set.
        #expect(CoverageResult.probability(ofAtMost: 0, among: 50, calibratedOn: 8, alpha: 0.1) == 1)
        #expect(CoverageResult.probability(ofAtMost: 0, among: 0, calibratedOn: 100, alpha: 0.1) == 1)
    }

    private static func result(covered: Int, of samples: Int) -> CoverageResult {
        let answers = (0 ..< samples).map { [$0 < covered ? ConformalAnswer.yes : .no] }
        let coverage = ConformalCoverage(
            promised: 0.9, answers: answers,
            truth: LabelMatrix(rows: samples, columns: 1, values: Array(repeating: 1, count: samples)))
        return CoverageResult(
            coverage, codes: ["V"], bounds: [.init(no: 0.1, yes: 0.1, negatives: 100, positives: 100)])
    }

    @Test func `significantly low coverage gives a warning, insignificantly low coverage does not`() throws {
        let missed = Self.result(covered: 150, of: 200)
        #expect(missed.labels["V"]?.yes.isMissed == true)
        #expect(missed.labels["V"]?.no.isMissed == false && missed.labels["V"]?.no.coverage == nil)
        #expect(missed.warnings(codes: ["V"]).count == 1)
        #expect(
            missed.warnings(codes: ["V"]) == [
                .coverageMissed(promised: 0.9, covered: 0.75, samples: 200, hasLabel: true, label: "V")
            ])
        #expect(
            missed.warnings(codes: ["V"])[0].description.contains("samples with label V, but it covers 0.750 of 200"))
        #expect(missed.table(codes: ["V"]).rows == [["V", "0.750 missed", "200", "–", "0", "1.000"]])
        let kept = Self.result(covered: 172, of: 200)
        #expect(kept.warnings(codes: ["V"]).isEmpty)
        let data = try JSONEncoder().encode(missed)
        #expect(try JSONDecoder().decode(CoverageResult.self, from: data) == missed)
    }

    @Test func `a table of conformal sets is read as it was written, and other files are rejected`() throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let table = ConformalTable(
            codes: ["N", "a,b"], paths: ["x.png", "y, \"z\".png"], answers: [[.yes, .no], [.both, .neither]])
        try table.write(to: "\(folder)/conformal.csv")
        #expect(try ConformalTable(contentsOf: "\(folder)/conformal.csv") == table)
        for text in ["path,N\nx,maybe\n", "row,N\nx,yes\n"] {
            try text.write(toFile: "\(folder)/other.csv", atomically: true, encoding: .utf8)
            #expect(throws: EvaluationError.self) { try ConformalTable(contentsOf: "\(folder)/other.csv") }
        }
    }

    @Test func `risk and coverage of four samples equal those computed by hand`() throws {
        let table = PredictionTable(
            codes: ["N"], paths: ["a", "b", "c", "d"], truth: LabelMatrix([[1], [1], [0], [0]]),
            decision: LabelMatrix([[1], [1], [1], [0]]), uncertain: [false, false, true, true],
            scores: Matrix([[0.9], [0.8], [0.6], [0.3]]))
        let result = try #require(RiskCoverageResult(of: table))
        #expect(result.coverage == 0.5 && result.risk == 0 && result.wholeRisk == 0.25)
        // Most confident first: 0.9 right, 0.8 right, 0.7 right, 0.6 wrong; (0 + 0 + 0 + ¼) / 4.
        #expect(abs(result.area - 1.0 / 16) < 1e-15 && abs(result.excessArea) < 1e-15)
        let figure = RiskCoverageResult.figure(of: table, result)
        #expect(figure.coverage == [0.25, 0.5, 0.75, 1] && figure.chosen?.coverage == 0.5)
    }
}
