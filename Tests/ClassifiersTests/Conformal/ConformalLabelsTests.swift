import Classifiers
import Foundation
import LinearAlgebra
import TestSupport
import Testing

struct ConformalLabelsTests {
    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence), arguments: [0.1, 0.2])
    func `bounds and sets equal those of the reference`(alpha: Double) throws {
        let oracle = try DecisionOracle.read("conformal.json", as: DecisionOracle.Conformal.self, keys: .useDefaultKeys)
        let bounds = try #require(oracle.bounds["\(alpha)"])
        let sets = try #require(oracle.sets["\(alpha)"])
        let (scores, truth) = try DecisionOracle.scored()
        let calibration = Array(0 ..< 100)
        let conformal = ConformalLabels.fit(
            scores: scores.selecting(rows: calibration), truth: truth.selecting(rows: calibration), alpha: alpha)
        #expect(conformal.bounds.map { [$0.no, $0.yes].map { $0.isFinite ? $0 : 1e300 } } == bounds)
        let answers = conformal.answers(scores.selecting(rows: Array(100 ..< 150)))
        for (label, expected) in sets.enumerated() {
            #expect(answers.map { [$0[label].containsNo ? 1 : 0, $0[label].containsYes ? 1 : 0] } == expected)
        }
    }

    @Test func `nine samples per class are the minimum for an error of a tenth`() {
        // ⌈10 · 0.9⌉ = 9: the largest of nine.
        let scores = (1 ... 9).map { Double($0) / 10 }
        let fitted = ConformalLabels.fit(
            scores: Matrix(rows: 9, columns: 1, values: scores), truth: LabelMatrix(rows: 9, columns: 1), alpha: 0.1)
        #expect(fitted.bounds == [ConformalLabels.Bounds(no: 0.9, yes: .infinity, negatives: 9)])
        let eight = ConformalLabels.fit(
            scores: Matrix(rows: 8, columns: 1, values: Array(scores.prefix(8))),
            truth: LabelMatrix(rows: 8, columns: 1), alpha: 0.1)
        #expect(eight.bounds == [ConformalLabels.Bounds(no: .infinity, yes: .infinity, negatives: 8)])
        #expect(eight.answer(label: 0, score: 0.99) == .both)
        #expect(ConformalLabels.leastSamples(alpha: 0.1) == 9)
        #expect(ConformalLabels.leastSamples(alpha: 0.05) == 19)
        #expect(ConformalLabels.leastSamples(alpha: 0.3) == 3)
    }

    @Test func `the four answers`() {
        let conformal = ConformalLabels(alpha: 0.1, bounds: [.init(no: 0.25, yes: 0.25), .init(no: 0.75, yes: 0.75)])
        #expect(conformal.answer(label: 0, score: 0.25) == .no)
        #expect(conformal.answer(label: 0, score: 0.75) == .yes)
        #expect(conformal.answer(label: 0, score: 0.5) == .neither)
        #expect(conformal.answer(label: 1, score: 0.5) == .both)
        for answer in ConformalAnswer.allCases {
            #expect(ConformalAnswer(containsNo: answer.containsNo, containsYes: answer.containsYes) == answer)
        }
    }

    @Test func `the coverage on new samples holds for both classes`() throws {
        var random = SeededGenerator(seed: 14)
        func draw(_ rows: Int) -> (scores: Matrix<Double>, truth: LabelMatrix) {
            var truth = LabelMatrix(rows: rows, columns: 1)
            var scores = Matrix<Double>(rows: rows, columns: 1)
            for row in 0 ..< rows {
                truth[row, 0] = random.uniform() < 0.15
                scores[row, 0] = 1 / (1 + exp(-(random.normal() + (truth[row, 0] ? 0.5 : -1.5))))
            }
            return (scores, truth)
        }
        let calibration = draw(1500)
        let test = draw(3000)
        let conformal = ConformalLabels.fit(scores: calibration.scores, truth: calibration.truth, alpha: 0.2)
        let coverage = conformal.coverage(scores: test.scores, truth: test.truth)
        let label = coverage.labels[0]
        #expect(coverage.promised == 0.8)
        #expect(label.positives + label.negatives == 3000)
        // About 225 positives calibrate and 450 test: standard error 0.033.
        #expect(abs(try #require(label.positiveCoverage) - 0.8) < 0.1)
        #expect(abs(try #require(label.negativeCoverage) - 0.8) < 0.04)
        let answers = conformal.answers(test.scores).map { $0[0] }
        #expect(label.answered == answers.count { $0 == .yes || $0 == .no })
    }

    @Test func `coverage equals a hand calculation and is undefined for an absent class`() {
        let conformal = ConformalLabels(alpha: 0.1, bounds: [.init(no: 0.25, yes: 0.25)])
        let coverage = conformal.coverage(
            scores: Matrix([[0.9], [0.5], [0.2]]), truth: LabelMatrix([[1], [1], [1]]))
        #expect(coverage.labels[0].coveredPositives == 1)
        #expect(coverage.labels[0].positiveCoverage == 1.0 / 3)
        #expect(coverage.labels[0].answeredFraction == 2.0 / 3)
        #expect(coverage.labels[0].negativeCoverage == nil)
    }

    @Test func `infinite bounds are written and read`() throws {
        let conformal = ConformalLabels(alpha: 0.1, bounds: [.init(no: 0.3, yes: .infinity)])
        let data = try JSONEncoder().encode(conformal)
        #expect(try JSONDecoder().decode(ConformalLabels.self, from: data) == conformal)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(ConformalLabels.self, from: Data(#"{"alpha":1.5,"bounds":[]}"#.utf8))
        }
    }
}
