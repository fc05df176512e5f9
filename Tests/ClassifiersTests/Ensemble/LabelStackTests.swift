import Foundation
import LinearAlgebra
import Testing

@testable import Classifiers

struct LabelStackTests {
    private static let (scores, truth) = VoteSamples.members(rows: 300, labels: 3)

    @Test func `the gradient of the fit is zero`() {
        let stack = LabelStack.fit(memberScores: Self.scores, truth: Self.truth)
        for label in 0 ..< 3 {
            let objective = StackObjective(
                inputs: Self.scores.map { $0.column(label).map { log($0 / (1 - $0)) } }, truth: Self.truth.column(label)
            )
            let point = stack.weights[label] + [stack.intercepts[label]]
            #expect(objective.derivatives(point).gradient.allSatisfy { abs($0) < 1e-8 })
            // The derivatives themselves, by differences.
            let start = [0.3, -0.2, 0.5, 0.1]
            let slopes = objective.derivatives(start).gradient
            for place in start.indices {
                var (up, down) = (start, start)
                up[place] += 1e-5
                down[place] -= 1e-5
                #expect(abs((objective.value(up) - objective.value(down)) / 2e-5 - slopes[place]) < 1e-5)
            }
        }
    }

    @Test func `a member with random scores loses its weight, and the stack is better than the mean`() {
        let stack = LabelStack.fit(memberScores: Self.scores, truth: Self.truth)
        for label in 0 ..< 3 { #expect(abs(stack.weights[label][2]) < 0.5 * stack.weights[label][0]) }
        func loss(_ probabilities: Matrix<Double>) -> Double {
            zip(probabilities.values, Self.truth.values).reduce(0) { $0 - log($1.1 == 1 ? $1.0 : 1 - $1.0) }
        }
        #expect(loss(stack.probabilities(Self.scores)) < loss(Vote.mean(Self.scores)))
    }

    @Test func `a constant label keeps the geometric mean of the odds`() {
        let never = LabelMatrix(rows: 2, columns: 1)
        let members = [Matrix<Double>([[0.8], [0.5]]), Matrix<Double>([[0.5], [0.2]])]
        let stack = LabelStack.fit(memberScores: members, truth: never)
        #expect(stack.weights == [[0.5, 0.5]])
        // Odds of 4 and 1 have the mean 2; of 1 and 1/4, 1/2.
        let found = stack.probabilities(members).values
        #expect(abs(found[0] - 2.0 / 3) < 1e-12 && abs(found[1] - 1.0 / 3) < 1e-12)
    }

    @Test func `certain and perfect members give finite numbers`() {
        let truth = LabelMatrix([[1], [0], [1], [0]])
        let perfect = Matrix<Double>([[1], [0], [1], [0]])
        let stack = LabelStack.fit(memberScores: [perfect, perfect], truth: truth)
        #expect(stack.fault(members: 2, labels: 1) == nil)
        let found = stack.probabilities([perfect, perfect]).values
        #expect(found[0] > 0.99 && found[1] < 0.01)
    }
}

/// Calibrated scores of synthetic members.
enum VoteSamples {
    /// A good member, a fair one, and a random one.
    static func members(
        rows: Int, labels: Int, seed: UInt64 = 7
    ) -> (scores: [Matrix<Double>], truth: LabelMatrix) {
        var generator = SeededGenerator(seed: seed)
        var truth = LabelMatrix(rows: rows, columns: labels)
        var scores = (0 ..< 3).map { _ in Matrix<Double>(rows: rows, columns: labels) }
        for row in 0 ..< rows {
            for label in 0 ..< labels {
                truth[row, label] = generator.uniform() < 0.35
                let side = truth[row, label] ? 1.0 : -1.0
                let odds = [1.5 * side + generator.normal(), 0.7 * side + generator.normal(), generator.normal()]
                for member in 0 ..< 3 { scores[member][row, label] = 1 / (1 + exp(-odds[member])) }
            }
        }
        return (scores, truth)
    }
}
