import Foundation
import LinearAlgebra
import Testing

@testable import Classifiers

struct VoteWeightsTests {
    @Test func `without negative samples the weights are equal, and the losses equal a hand calculation`() {
        let first = Matrix<Double>([[0.8], [0.8], [0.8], [0.2]])
        let second = Matrix<Double>([[0.2], [0.2], [0.2], [0.8]])
        let weights = VoteWeights.fitted(memberScores: [first, second], truth: LabelMatrix([[1], [1], [1], [1]]))
        #expect(weights.values == [0.5, 0.5])
        let alone = [-(3 * log(0.8) + log(0.2)) / 4, -(3 * log(0.2) + log(0.8)) / 4]
        for (found, expected) in zip(weights.memberLogLoss, alone) { #expect(abs(found - expected) < 1e-12) }
        #expect(abs(weights.logLoss - log(2)) < 1e-12)
    }

    @Test func `the weights are the most equal ones within a standard error of the best`() {
        for (seed, noise) in [[0.1, 0.3, 4], [0.8, 1, 2], [3, 0.1, 3]].enumerated() {
            let (members, truth) = Self.members(rows: 400, noise: noise, seed: UInt64(12 + seed))
            let weights = VoteWeights.fitted(memberScores: members, truth: truth)
            #expect(abs(weights.values.reduce(0, +) - 1) < 1e-12)
            #expect(weights.values.allSatisfy { $0 >= 0 })
            #expect(abs(Self.logLoss(Vote.mean(members, weights: weights.values), truth) - weights.logLoss) < 1e-12)
            for (member, loss) in zip(members, weights.memberLogLoss) {
                #expect(abs(loss - Self.logLoss(member, truth)) < 1e-12)
            }
            // Equal weights are closer to the middle; if they are not chosen, they must be clearly worse.
            let chosen = MacroF1(of: Vote.mean(members, weights: weights.values), truth)
            let equal = MacroF1(of: Vote.mean(members), truth)
            if weights.values.max()! > 0.34 { #expect(equal.value < chosen.value) }
            for member in members {
                let alone = MacroF1(of: member, truth)
                #expect(chosen.value >= alone.value - 1.5 * alone.standardError)
            }
        }
    }

    @Test func `noise next to a perfect member loses weight`() {
        let (members, truth) = Self.members(rows: 2000, noise: [0, 8, 8], seed: 5)
        let weights = VoteWeights.fitted(memberScores: members, truth: truth).values
        #expect(weights[0] > 0.6)
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

struct MacroF1Tests {
    @Test func `the mean F1 of two labels equals a hand calculation`() {
        // First label: the threshold 0.6 finds both positives and one negative: F1 = 4/5. Second label: 1.
        let scores = Matrix<Double>([[0.9, 0.1], [0.7, 0.8], [0.6, 0.2], [0.1, 0.3]])
        let truth = LabelMatrix([[1, 0], [0, 1], [1, 0], [0, 0]])
        let found = MacroF1(of: scores, truth)
        #expect(abs(found.value - 0.9) < 1e-12)
        // Influences on the first F1: positives (2 − 0.8·2)/5, the found negative −0.8/5; halved by the mean.
        let expected = (2 * pow(0.08, 2) + pow(0.16, 2)).squareRoot() / 2
        #expect(abs(found.standardError - expected) < 1e-12)
    }

    @Test func `the standard error agrees with a bootstrap at fixed thresholds`() {
        var random = SeededGenerator(seed: 8)
        let rows = 400
        var scores = Matrix<Double>(rows: rows, columns: 1)
        var truth = LabelMatrix(rows: rows, columns: 1)
        for row in 0 ..< rows {
            truth[row, 0] = random.uniform() < 0.3
            scores[row, 0] = (truth[row, 0] ? 1 : 0) + random.normal()
        }
        let found = MacroF1(of: scores, truth)
        let threshold = ThresholdTuning.tuned(scores: scores.values, truth: truth.values).threshold
        let values = (0 ..< 2000).map { _ in
            var (hits, total) = (0.0, 0.0)
            for _ in 0 ..< rows {
                let row = Int(random.uniform() * Double(rows))
                let isFound = scores[row, 0] >= threshold
                if isFound, truth[row, 0] { hits += 1 }
                total += (isFound ? 1 : 0) + (truth[row, 0] ? 1 : 0)
            }
            return 2 * hits / total
        }
        let mean = values.reduce(0, +) / Double(values.count)
        let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
        #expect(abs(found.standardError / deviation - 1) < 0.1)
    }

    @Test func `labels without positive or negative samples do not count`() {
        let scores = Matrix<Double>([[0.9, 0.5], [0.1, 0.6]])
        #expect(MacroF1(of: scores, LabelMatrix([[1, 1], [0, 1]])).value == 1)
        #expect(MacroF1(of: scores, LabelMatrix([[0, 1], [0, 1]])).value == 0)
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
