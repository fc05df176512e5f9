import Foundation
import LinearAlgebra
import Testing

@testable import Classifiers

struct VoteTuningTests {
    private static let truth = LabelMatrix([[1, 0], [1, 1], [0, 1], [0, 0]])
    private static let sure = Matrix<Double>([[0.9, 0.2], [0.8, 0.7], [0.3, 0.6], [0.1, 0.1]])
    private static let unsure = Matrix<Double>([[0.6, 0.5], [0.6, 0.5], [0.5, 0.5], [0.4, 0.4]])

    private static func parameters(
        _ weighting: VoteTuning.Weighting = .equal, _ thresholds: VoteTuning.Thresholds = .fixed(0.5),
        vote: Vote = .soft
    ) -> VoteTuning.Parameters {
        VoteTuning.Parameters(vote: vote, weighting: weighting, thresholds: thresholds, calibration: .uncalibrated)
    }

    @Test func `scores are the weighted mean and decisions the thresholds, worked by hand`() {
        let tuning = VoteTuning.fit(
            decisionValues: [Self.sure, Self.unsure], truth: Self.truth, parameters: Self.parameters(.given([3, 1])))
        #expect(tuning.weights == [0.75, 0.25])
        let scored = tuning.apply(to: [Self.sure, Self.unsure])
        #expect(abs(scored.scores[0, 0] - (0.75 * 0.9 + 0.25 * 0.6)) < 1e-15)
        #expect(scored.decision == LabelMatrix([[1, 0], [1, 1], [0, 1], [0, 0]]))
        #expect(scored.memberScores == [Self.sure, Self.unsure])
        #expect(scored.memberDecisions[1] == LabelMatrix([[1, 1], [1, 1], [1, 1], [0, 0]]))
    }

    @Test func `a hard vote decides by majority and leaves the scores alone`() {
        let third = Matrix<Double>([[0, 0.9], [0, 0.9], [0, 0.9], [0, 0.9]])
        let members = [Self.sure, Self.unsure, third]
        let soft = VoteTuning.fit(decisionValues: members, truth: Self.truth, parameters: Self.parameters())
        let hard = VoteTuning.fit(decisionValues: members, truth: Self.truth, parameters: Self.parameters(vote: .hard))
        let (softly, hardly) = (soft.apply(to: members), hard.apply(to: members))
        #expect(softly.scores == hardly.scores)
        // Row 0, label 1: 0.2, 0.5 and 0.9 say no, yes, yes.
        #expect(hardly.decision == LabelMatrix([[1, 1], [1, 1], [0, 1], [0, 0]]))
    }

    @Test func `tuned thresholds are those of the mean, and each member has its own`() {
        let tuning = VoteTuning.fit(
            decisionValues: [Self.sure, Self.unsure], truth: Self.truth, parameters: Self.parameters(.equal, .bestF1))
        let mean = Vote.mean([Self.sure, Self.unsure], weights: [0.5, 0.5])
        #expect(tuning.thresholds == ThresholdTuning.tuned(scores: mean, truth: Self.truth).map(\.threshold))
        #expect(
            tuning.memberThresholds == [
                ThresholdTuning.tuned(scores: Self.sure, truth: Self.truth).map(\.threshold),
                ThresholdTuning.tuned(scores: Self.unsure, truth: Self.truth).map(\.threshold),
            ])
    }

    @Test func `fitted weights are those of least log loss`() {
        let tuning = VoteTuning.fit(
            decisionValues: [Self.sure, Self.unsure], truth: Self.truth, parameters: Self.parameters(.fitted))
        let expected = VoteWeights.fitted(memberScores: [Self.sure, Self.unsure], truth: Self.truth).values
        #expect(tuning.weights == expected)
        #expect(tuning.weights[0] > tuning.weights[1])
    }

    @Test(arguments: CalibrationMethod.allCases)
    func `what is written is read back the same, with every calibration`(method: CalibrationMethod) throws {
        var parameters = Self.parameters(.fitted, .bestF1, vote: .hard)
        parameters.calibration = method
        let values = [Self.sure, Self.unsure]
        let tuning = VoteTuning.fit(decisionValues: values, truth: Self.truth, parameters: parameters)
        let back = try JSONDecoder().decode(VoteTuning.self, from: JSONEncoder().encode(tuning))
        #expect(back == tuning)
        #expect(back.apply(to: values) == tuning.apply(to: values))
        let settings = try JSONDecoder().decode(VoteTuning.Parameters.self, from: JSONEncoder().encode(parameters))
        #expect(settings == parameters)
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
    func `numbers that make no vote are refused, not trapped on`(sound: String, broken: String) throws {
        let tuning = VoteTuning.fit(
            decisionValues: [Self.sure, Self.unsure], truth: Self.truth, parameters: Self.parameters())
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(tuning), as: UTF8.self)
        #expect(text.contains(sound))
        // Of the two keys that end in "hresholds" only the one that is meant is replaced.
        let damaged = text.replacing(sound, with: broken)
        #expect(damaged != text)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(VoteTuning.self, from: Data(damaged.utf8))
        }
    }

    @Test func `tuning on no rows gives even odds, equal weights and thresholds of one half`() {
        let none = Matrix<Double>(rows: 0, columns: 2)
        let tuning = VoteTuning.fit(
            decisionValues: [none, none], truth: LabelMatrix(rows: 0, columns: 2), parameters: VoteTuning.Parameters())
        #expect(tuning.weights == [0.5, 0.5])
        #expect(tuning.thresholds == [0.5, 0.5])
        #expect(tuning.apply(to: [Self.sure, Self.unsure]).scores.values.allSatisfy { $0 == 0.5 })
    }
}
