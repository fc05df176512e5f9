import Classifiers
import LinearAlgebra
import TestSupport
import Testing

struct VoteTests {
    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `votes equal those of the reference`() throws {
        let oracle = try DecisionOracle.read("voting.json", as: DecisionOracle.Voting.self)
        let votes = oracle.votes.map { LabelMatrix($0) }
        let scores = oracle.proba.map { Matrix($0) }
        #expect(Vote.majority(Array(votes[..<3])) == LabelMatrix(oracle.hard3))
        #expect(Vote.majority(votes) == LabelMatrix(oracle.hard4TieGoesTo0))
        #expect(Vote.majority(votes, weights: oracle.weights) == LabelMatrix(oracle.hard4Weighted))

        func isClose(_ found: Matrix<Double>, _ expected: [[Double]]) -> Bool {
            let expected = Matrix(expected)
            return found.values.count == expected.values.count
                && zip(found.values, expected.values).allSatisfy { abs($0 - $1) < 1e-15 }
        }
        #expect(isClose(Vote.mean(scores), oracle.softMean))
        #expect(isClose(Vote.mean(scores, weights: oracle.weights), oracle.softWeighted))
    }

    @Test func `a tie is a no, and weights resolve it`() {
        let (yes, no) = (LabelMatrix([[1]]), LabelMatrix([[0]]))
        #expect(Vote.majority([yes, no]) == no)
        #expect(Vote.majority([yes, no], weights: [2, 1]) == yes)
        #expect(Vote.majority([yes, no, no], weights: [2, 1, 1]) == no)
        #expect(Vote.majority([yes, yes, no], weights: [0, 0, 1]) == no)
    }

    @Test func `the mean is between the scores of the members`() {
        let third = Matrix<Double>([[1.0 / 3, 1, 0.1]])
        #expect(Vote.mean([third, third, third]) == third)
        #expect(Vote.mean([third, third, third], weights: [0.1, 0.2, 0.3]) == third)
        #expect(abs(Vote.mean([Matrix([[0.2]]), Matrix([[0.6]])], weights: [3, 1]).values[0] - 0.3) < 1e-15)
    }
}
