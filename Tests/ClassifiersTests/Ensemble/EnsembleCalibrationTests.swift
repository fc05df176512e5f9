import Foundation
import LinearAlgebra
import Testing

@testable import Classifiers

struct EnsembleCalibrationTests {
    private static let truth = LabelMatrix([[1, 0], [1, 1], [0, 1], [0, 0]])
    private static let sure = Matrix<Double>([[0.9, 0.2], [0.8, 0.7], [0.3, 0.6], [0.1, 0.1]])
    private static let unsure = Matrix<Double>([[0.6, 0.5], [0.6, 0.5], [0.5, 0.5], [0.4, 0.4]])

    private static func parameters(
        _ weighting: EnsembleCalibration.Weighting = .equal, _ thresholds: EnsembleCalibration.Thresholds = .fixed(0.5),
        vote: Vote = .soft
    ) -> EnsembleCalibration.Parameters {
        EnsembleCalibration.Parameters(
            vote: vote, weighting: weighting, thresholds: thresholds, calibration: .uncalibrated)
    }

    @Test func `scores and decisions equal a hand calculation of the weighted mean and thresholds`() {
        let tuning = EnsembleCalibration.fit(
            decisionValues: [Self.sure, Self.unsure], truth: Self.truth, parameters: Self.parameters(.given([3, 1])))
        #expect(tuning.weights == [0.75, 0.25])
        let scored = tuning.apply(to: [Self.sure, Self.unsure])
        #expect(abs(scored.scores[0, 0] - (0.75 * 0.9 + 0.25 * 0.6)) < 1e-15)
        #expect(scored.decision == LabelMatrix([[1, 0], [1, 1], [0, 1], [0, 0]]))
        #expect(scored.memberScores == [Self.sure, Self.unsure])
        #expect(scored.memberDecisions[1] == LabelMatrix([[1, 1], [1, 1], [1, 1], [0, 0]]))
    }

    @Test func `a hard vote decides by majority and does not change scores`() {
        let third = Matrix<Double>([[0, 0.9], [0, 0.9], [0, 0.9], [0, 0.9]])
        let members = [Self.sure, Self.unsure, third]
        let soft = EnsembleCalibration.fit(decisionValues: members, truth: Self.truth, parameters: Self.parameters())
        let hard = EnsembleCalibration.fit(
            decisionValues: members, truth: Self.truth, parameters: Self.parameters(vote: .hard))
        let (softly, hardly) = (soft.apply(to: members), hard.apply(to: members))
        #expect(softly.scores == hardly.scores)
        // Row 0, label 1: 0.2, 0.5 and 0.9 say no, yes, yes.
        #expect(hardly.decision == LabelMatrix([[1, 1], [1, 1], [0, 1], [0, 0]]))
    }

    @Test func `thresholds are tuned for the mean and for each member`() {
        let tuning = EnsembleCalibration.fit(
            decisionValues: [Self.sure, Self.unsure], truth: Self.truth, parameters: Self.parameters(.equal, .bestF1))
        let mean = Vote.mean([Self.sure, Self.unsure], weights: [0.5, 0.5])
        #expect(tuning.thresholds == ThresholdTuning.tuned(scores: mean, truth: Self.truth).map(\.threshold))
        #expect(
            tuning.memberThresholds == [
                ThresholdTuning.tuned(scores: Self.sure, truth: Self.truth).map(\.threshold),
                ThresholdTuning.tuned(scores: Self.unsure, truth: Self.truth).map(\.threshold),
            ])
    }

    @Test func `fitted weights are those of VoteWeights`() {
        let tuning = EnsembleCalibration.fit(
            decisionValues: [Self.sure, Self.unsure], truth: Self.truth, parameters: Self.parameters(.fitted))
        let expected = VoteWeights.fitted(memberScores: [Self.sure, Self.unsure], truth: Self.truth).values
        #expect(tuning.weights == expected)
    }

    @Test(arguments: CalibrationMethod.allCases)
    func `encoding and decoding preserve every calibration`(method: CalibrationMethod) throws {
        var parameters = Self.parameters(.fitted, .bestF1, vote: .hard)
        parameters.calibration = method
        let values = [Self.sure, Self.unsure]
        let tuning = EnsembleCalibration.fit(decisionValues: values, truth: Self.truth, parameters: parameters)
        let back = try JSONDecoder().decode(EnsembleCalibration.self, from: JSONEncoder().encode(tuning))
        #expect(back == tuning)
        #expect(back.apply(to: values) == tuning.apply(to: values))
    }

    @Test(arguments: [
        ("\"weights\":[0.5,0.5]", "\"weights\":[]"),
        ("\"weights\":[0.5,0.5]", "\"weights\":[0,0]"),
        ("\"weights\":[0.5,0.5]", "\"weights\":[-1,2]"),
        ("\"weights\":[0.5,0.5]", "\"weights\":[1e308,1e308]"),
        ("\"weights\":[0.5,0.5]", "\"weights\":[1,1,1]"),
        ("\"thresholds\":[0.5,0.5]", "\"thresholds\":[0.5]"),
        ("\"memberThresholds\":[[0.5,0.5],[0.5,0.5]]", "\"memberThresholds\":[[0.5,0.5],[0.5]]"),
    ])
    func `inconsistent values are rejected without a trap`(sound: String, broken: String) throws {
        let tuning = EnsembleCalibration.fit(
            decisionValues: [Self.sure, Self.unsure], truth: Self.truth, parameters: Self.parameters())
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(tuning), as: UTF8.self)
        #expect(text.contains(sound))
        // Of the two keys that end in "hresholds" only the one that is meant is replaced.
        let damaged = text.replacing(sound, with: broken)
        #expect(damaged != text)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(EnsembleCalibration.self, from: Data(damaged.utf8))
        }
    }

    @Test func `calibration without rows gives even odds, equal weights and thresholds of one half`() {
        let none = Matrix<Double>(rows: 0, columns: 2)
        let tuning = EnsembleCalibration.fit(
            decisionValues: [none, none], truth: LabelMatrix(rows: 0, columns: 2),
            parameters: EnsembleCalibration.Parameters())
        #expect(tuning.weights == [0.5, 0.5])
        #expect(tuning.thresholds == [0.5, 0.5])
        #expect(tuning.apply(to: [Self.sure, Self.unsure]).scores.values.allSatisfy { $0 == 0.5 })
    }
}
