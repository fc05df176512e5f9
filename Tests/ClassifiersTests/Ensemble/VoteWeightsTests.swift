import Foundation
import LinearAlgebra
import Testing

@testable import Classifiers

struct VoteWeightsTests {
    @Test func `the weights for four answers equal a hand calculation`() {
        // Maximise 3 ln(0.2 + 0.6 w) + ln(0.8 − 0.6 w): w = 2.2/2.4.
        let truth = LabelMatrix([[1], [1], [1], [1]])
        let first = Matrix<Double>([[0.8], [0.8], [0.8], [0.2]])
        let second = Matrix<Double>([[0.2], [0.2], [0.2], [0.8]])
        let weights = VoteWeights.fitted(memberScores: [first, second], truth: truth)
        #expect(abs(weights.values[0] - 2.2 / 2.4) < 1e-4)
        #expect(abs(weights.logLoss - -(3 * log(0.75) + log(0.25)) / 4) < 1e-9)
        let alone = [-(3 * log(0.8) + log(0.2)) / 4, -(3 * log(0.2) + log(0.8)) / 4]
        for (found, expected) in zip(weights.memberLogLoss, alone) { #expect(abs(found - expected) < 1e-12) }
    }

    @Test func `no weights of a grid have a lower log loss`() {
        let (members, truth) = Self.members(rows: 60, noise: [0.8, 1, 2], seed: 12)
        let weights = VoteWeights.fitted(memberScores: members, truth: truth)
        #expect(abs(weights.values.reduce(0, +) - 1) < 1e-12)
        #expect(weights.values.allSatisfy { $0 >= 0 })
        #expect(abs(Self.logLoss(Vote.mean(members, weights: weights.values), truth) - weights.logLoss) < 1e-12)
        for first in 0 ... 20 {
            for second in 0 ... 20 - first {
                let grid = [Double(first), Double(second), Double(20 - first - second)].map { $0 / 20 }
                #expect(weights.logLoss <= Self.logLoss(Vote.mean(members, weights: grid), truth) + 1e-9)
            }
        }
    }

    @Test func `the ensemble is never worse than its best member`() {
        for seed in 0 ..< 10 {
            let (members, truth) = Self.members(rows: 25, noise: [0.1, 3, 3], seed: UInt64(seed))
            let weights = VoteWeights.fitted(memberScores: members, truth: truth)
            for (member, loss) in zip(members, weights.memberLogLoss) {
                #expect(abs(loss - Self.logLoss(member, truth)) < 1e-12)
                #expect(weights.logLoss <= loss)
            }
        }
    }

    @Test func `a member that is always better gets all the weight`() {
        let truth = LabelMatrix([[1, 0], [0, 1]])
        let good = Matrix<Double>([[0.9, 0.1], [0.1, 0.9]])
        let bad = Matrix<Double>([[0.6, 0.4], [0.4, 0.6]])
        #expect(VoteWeights.fitted(memberScores: [bad, good], truth: truth).values == [0, 1])
    }

    @Test func `equal members, or no samples, give equal weights`() {
        let (members, truth) = Self.members(rows: 10, noise: [1], seed: 1)
        let same = VoteWeights.fitted(memberScores: [members[0], members[0]], truth: truth)
        #expect(same.values == [0.5, 0.5])
        let none = Matrix<Double>(rows: 0, columns: 2)
        let empty = VoteWeights.fitted(memberScores: [none, none], truth: LabelMatrix(rows: 0, columns: 2))
        #expect(empty.values == [0.5, 0.5])
    }

    @Test func `a member with certain errors does not break the fit`() {
        let truth = LabelMatrix([[1], [1], [0]])
        let sure = Matrix<Double>([[0], [1], [0]])
        let unsure = Matrix<Double>([[0.5], [0.5], [0.5]])
        let weights = VoteWeights.fitted(memberScores: [sure, unsure], truth: truth)
        #expect(weights.logLoss.isFinite && weights.logLoss <= log(2))
        // Maximise ln(w/2) + 2 ln(1 − w/2) over the weight w of the unsure one: w = 2/3.
        #expect(abs(weights.values[1] - 2.0 / 3) < 1e-4)
    }

    @Test func `permuted members get permuted weights`() {
        let (members, truth) = Self.members(rows: 40, noise: [0.5, 1], seed: 3)
        let weights = VoteWeights.fitted(memberScores: members, truth: truth).values
        let reversed = VoteWeights.fitted(memberScores: members.reversed(), truth: truth).values
        for (one, other) in zip(weights, reversed.reversed()) { #expect(abs(one - other) < 1e-9) }
    }

    /// Scores of members with the same logit and different noise.
    private static func members(
        rows: Int, noise: [Double], seed: UInt64
    ) -> (members: [Matrix<Double>], truth: LabelMatrix) {
        var random = SeededGenerator(seed: seed)
        var truth = LabelMatrix(rows: rows, columns: 2)
        var members = noise.map { _ in Matrix<Double>(rows: rows, columns: 2) }
        for row in 0 ..< rows {
            for label in 0 ..< 2 {
                let logit = 2 * random.normal()
                truth[row, label] = random.uniform() < 1 / (1 + exp(-logit))
                for (index, width) in noise.enumerated() {
                    members[index][row, label] = 1 / (1 + exp(-logit - width * random.normal()))
                }
            }
        }
        return (members, truth)
    }

    private static func logLoss(_ scores: Matrix<Double>, _ truth: LabelMatrix) -> Double {
        let losses = zip(scores.values, truth.values).map { -log($1 == 1 ? $0 : 1 - $0) }
        return losses.reduce(0, +) / Double(losses.count)
    }
}

/// Returns the weights by expectation maximization only, which is slow and independent of the curvature.
struct MixtureLikelihoodTests {
    private static func expectationMaximisation(_ likelihoods: [Double], members: Int, rounds: Int) -> [Double] {
        var weights = [Double](repeating: 1 / Double(members), count: members)
        for _ in 0 ..< rounds {
            var gains = [Double](repeating: 0, count: members)
            for cell in stride(from: 0, to: likelihoods.count, by: members) {
                let own = (0 ..< members).map { weights[$0] * likelihoods[cell + $0] }
                let mixture = own.reduce(0, +)
                for member in 0 ..< members { gains[member] += own[member] / mixture }
            }
            weights = gains.map { $0 * Double(members) / Double(likelihoods.count) }
        }
        return weights
    }

    @Test(arguments: [(2, 1), (3, 2), (4, 3), (5, 4), (9, 5)])
    func `the weights equal those of expectation maximization`(members: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        // The later a member, the less it knows; the last says the opposite of what is true.
        var likelihoods: [Double] = []
        for _ in 0 ..< 300 {
            for member in 0 ..< members {
                let odds = 1.5 - 3 * Double(member) / Double(members - 1) + generator.normal()
                likelihoods.append(1 / (1 + exp(-odds)))
            }
        }
        let mixture = MixtureLikelihood(likelihoods: likelihoods, members: members)
        let weights = mixture.weights()
        let slow = Self.expectationMaximisation(likelihoods, members: members, rounds: 3000)
        #expect(abs(weights.reduce(0, +) - 1) < 1e-12 && weights.allSatisfy { $0 >= 0 })
        #expect(mixture.logLoss(weights) <= mixture.logLoss(slow) + 1e-9)
        for (found, expected) in zip(weights, slow) { #expect(abs(found - expected) < 2e-3) }
    }
}
