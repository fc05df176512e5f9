import Foundation
import LinearAlgebra
import Testing

@testable import Classifiers

/// Properties of all votes.
struct VoteFamilyTests {
    private static let (values, truth) = VoteSamples.members(rows: 120, labels: 4)
    private static let folds = (0 ..< 120).map { $0 % 4 }

    private static func tuned(
        _ vote: Vote, _ values: [Matrix<Double>] = values, _ truth: LabelMatrix = truth,
        choice: LabelChoice.Goal = .f1
    ) -> EnsembleCalibration {
        EnsembleCalibration.fit(
            decisionValues: values, truth: truth, parameters: .init(vote: vote, choice: choice), folds: folds)
    }

    @Test(arguments: Vote.allCases)
    func `permuted labels have permuted decisions`(vote: Vote) {
        let order = [2, 0, 3, 1]
        func permuted(_ matrix: Matrix<Double>) -> Matrix<Double> {
            Matrix((0 ..< matrix.rows).map { row in order.map { matrix[row, $0] } })
        }
        func permuted(_ labels: LabelMatrix) -> LabelMatrix {
            LabelMatrix((0 ..< labels.rows).map { row in order.map { labels[row, $0] ? 1 : 0 } })
        }
        // Fitted weights are sums over all labels, whose order moves their last bits.
        let plain = EnsembleCalibration.Parameters(vote: vote, weighting: .equal)
        let one = EnsembleCalibration.fit(
            decisionValues: Self.values, truth: Self.truth, parameters: plain, folds: Self.folds)
        let members = Self.values.map(permuted)
        let two = EnsembleCalibration.fit(
            decisionValues: members, truth: permuted(Self.truth), parameters: plain, folds: Self.folds)
        #expect(two.choices == one.choices.map { choices in order.map { choices[$0] } })
        let (before, after) = (one.apply(to: Self.values), two.apply(to: members))
        #expect(after.decision == permuted(before.decision))
        #expect(after.scores == permuted(before.scores))
    }

    @Test(arguments: Vote.allCases)
    func `decoded calibrations decide the same`(vote: Vote) throws {
        let tuning = Self.tuned(vote)
        let back = try JSONDecoder().decode(EnsembleCalibration.self, from: JSONEncoder().encode(tuning))
        #expect(back == tuning)
        #expect(back.apply(to: Self.values) == tuning.apply(to: Self.values))
    }

    @Test(arguments: Vote.allCases)
    func `scores are the calibrated soft vote for every rule, and members keep their scores`(vote: Vote) {
        let (soft, other) = (Self.tuned(.soft).apply(to: Self.values), Self.tuned(vote).apply(to: Self.values))
        #expect(soft.scores == other.scores)
        #expect(soft.memberScores == other.memberScores && soft.memberDecisions == other.memberDecisions)
        #expect(other.decision.values.contains(1))
    }

    @Test(arguments: Vote.allCases)
    func `an ensemble has the same bits with one and four workers`(vote: Vote) throws {
        let (features, truth) = Samples.overlapping(rows: 60, columns: 6, labels: 3, seed: 9, of: Float.self)
        func fit(_ workers: Int) throws -> Ensemble.Fit {
            try Ensemble.fit(
                features: features, truth: truth,
                members: [.binaryRelevance(.init(c: 0.1)), .mlaram(.init()), .multiLabelSVM(.init(c: 1))],
                calibrationSet: .crossFit(folds: (0 ..< 60).map { $0 % 4 }), parameters: .init(vote: vote), seed: 1,
                workers: Workers(count: workers))
        }
        let (one, four) = (try fit(1), try fit(4))
        #expect(one.ensemble.calibration == four.ensemble.calibration)
        #expect(one.outOfFoldScores == four.outOfFoldScores)
    }

    @Test(arguments: Vote.allCases)
    func `no row is decided by a vote that was calibrated on its truth`(vote: Vote) throws {
        let (features, truth) = Samples.overlapping(rows: 60, columns: 6, labels: 2, seed: 11, of: Float.self)
        let (train, held) = (Array(0 ..< 20), Array(20 ..< 60))
        let folds = (0 ..< 40).map { $0 % 4 }
        func decisions(_ labels: LabelMatrix) throws -> LabelMatrix {
            try Ensemble.fit(
                features: features.selecting(rows: train), truth: truth.selecting(rows: train),
                members: [.binaryRelevance(.init(c: 0.1)), .mlaram(.init())],
                calibrationSet: .validation(features: features.selecting(rows: held), truth: labels, folds: folds),
                parameters: .init(vote: vote), seed: 1, workers: Workers(count: 1)
            ).outOfFoldScores.decision
        }
        let known = truth.selecting(rows: held)
        var turned = known
        let third = folds.indices.filter { folds[$0] == 2 }
        for row in third { for label in 0 ..< 2 { turned[row, label] = !known[row, label] } }
        let (before, after) = (try decisions(known), try decisions(turned))
        #expect(before.selecting(rows: third) == after.selecting(rows: third))
    }

    @Test func `the thresholds of a stack are selected out of fold`() {
        let parameters = EnsembleCalibration.Parameters(vote: .stacked)
        let held = EnsembleCalibration.outOfFoldStackScores(Self.values, Self.truth, Self.folds, parameters, nil)
        var expected = Matrix<Double>(rows: 120, columns: 4)
        for fold in 0 ..< 4 {
            let (inside, outside) = (
                Self.folds.indices.filter { Self.folds[$0] != fold },
                Self.folds.indices.filter { Self.folds[$0] == fold }
            )
            let calibrations = Self.values.map {
                LabelCalibration.fit(
                    method: .platt, decisionValues: $0.selecting(rows: inside),
                    truth: Self.truth.selecting(rows: inside))
            }
            let stack = LabelStack.fit(
                memberScores: zip(calibrations, Self.values).map { $0.probabilities($1.selecting(rows: inside)) },
                truth: Self.truth.selecting(rows: inside))
            expected.replace(
                rows: outside,
                with: stack.probabilities(
                    zip(calibrations, Self.values).map { $0.probabilities($1.selecting(rows: outside)) }))
        }
        #expect(held == expected)
        #expect(
            Self.tuned(.stacked).stack?.thresholds
                == ThresholdTuning.tuned(scores: expected, truth: Self.truth).map(\.threshold))
        #expect(
            EnsembleCalibration.outOfFoldStackScores(
                Self.values, Self.truth, Array(repeating: 0, count: 120), parameters, nil) == nil
        )
    }

    @Test func `each label is decided by its best member or vote`() {
        // Member 0 knows label 0 and nothing else, member 1 label 1; both together know none.
        var (first, second) = (Self.values[2], Self.values[2])
        for row in 0 ..< 120 {
            first[row, 0] = Self.truth[row, 0] ? 0.9 : 0.1
            second[row, 1] = Self.truth[row, 1] ? 0.9 : 0.1
        }
        let choices = [LabelChoice.member(0), .member(1), .vote(.hard)]
        let decisions = [first, second].map { member in
            ThresholdTuning.decision(scores: member, thresholds: [0.5, 0.5, 0.5, 0.5])
        }
        let best = LabelChoice.best(
            of: choices, decisions: decisions + [Vote.majority(decisions)], truth: Self.truth, goal: .f1)
        #expect(best[0] == .member(0) && best[1] == .member(1))
        // Of equals the first.
        let ties = LabelChoice.best(
            of: choices, decisions: [decisions[0], decisions[0], decisions[0]], truth: Self.truth, goal: .accuracy)
        #expect(ties == Array(repeating: .member(0), count: 4))
        for goal in LabelChoice.Goal.allCases {
            let tuning = Self.tuned(.perLabel, [first, second], choice: goal)
            let decision = tuning.apply(to: [first, second]).decision
            #expect(decision.column(0) == Self.truth.column(0) && decision.column(1) == Self.truth.column(1))
        }
    }

    @Test func `F1 and accuracy choose differently for a rare label`() {
        let truth = LabelMatrix((0 ..< 10).map { [$0 == 0 ? 1 : 0] })
        let never = LabelMatrix(rows: 10, columns: 1)
        let often = LabelMatrix((0 ..< 10).map { [$0 < 3 ? 1 : 0] })
        let choices = [LabelChoice.member(0), .member(1)]
        #expect(
            LabelChoice.best(of: choices, decisions: [never, often], truth: truth, goal: .accuracy) == [.member(0)])
        #expect(LabelChoice.best(of: choices, decisions: [never, often], truth: truth, goal: .f1) == [.member(1)])
    }

    @Test(arguments: [
        ("\"vote\":\"stacked\"", "\"vote\":\"per-label\""),
        ("\"stack\":{", "\"other\":{"),
        ("\"intercepts\":[", "\"intercepts\":[0,"),
    ])
    func `an incomplete vote is rejected without a trap`(sound: String, broken: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(Self.tuned(.stacked)), as: UTF8.self)
        #expect(text.contains(sound))
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(EnsembleCalibration.self, from: Data(text.replacing(sound, with: broken).utf8))
        }
    }

    @Test(arguments: ["{\"member\":3}", "{\"member\":-1}", "{\"vote\":\"per-label\"}"])
    func `a choice of a missing member is rejected`(choice: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var text = String(decoding: try encoder.encode(Self.tuned(.perLabel)), as: UTF8.self)
        let start = try #require(text.range(of: "\"choices\":[")).upperBound
        let end = try #require(text[start...].firstIndex(of: "}"))
        text.replaceSubrange(start ... end, with: choice)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(EnsembleCalibration.self, from: Data(text.utf8))
        }
    }

    @Test func `every vote can be calibrated without rows or with one fold`() {
        let none = Matrix<Double>(rows: 0, columns: 2)
        for vote in Vote.allCases {
            let tuning = EnsembleCalibration.fit(
                decisionValues: [none, none], truth: LabelMatrix(rows: 0, columns: 2), parameters: .init(vote: vote),
                folds: [])
            #expect(tuning.apply(to: [none, none]).decision.rows == 0)
            let one = EnsembleCalibration.fit(
                decisionValues: Self.values, truth: Self.truth, parameters: .init(vote: vote),
                folds: Array(repeating: 5, count: 120))
            #expect(one.apply(to: Self.values).decision.values.contains(1))
        }
    }
}
