import Foundation
import LinearAlgebra

/// How much each member counts in a soft vote.
public struct VoteWeights: Codable, Equatable, Sendable {
    /// One for each member, not negative, 1 together.
    public let values: [Double]
    /// The mean log loss of the weighted mean on the samples the weights were fitted on.
    public let logLoss: Double
    /// The same for each member alone.
    public let memberLogLoss: [Double]

    /// The weights whose weighted mean has the lowest log loss over all n·L answers.
    ///
    /// The log loss is convex in the weights; expectation maximisation for mixture weights goes down to it from
    /// equal weights, in order and without a random number. It stops when the loss is proven to be within 10⁻⁹ of the
    /// lowest: with gₘ the mean of (member's probability of the truth / mixture's), the loss can fall by at most
    /// max gₘ − 1. After 5,000 rounds it stops anyway, which only members that are nearly the same need.
    ///
    /// Where a member alone is still better than what was reached, that member gets all the weight, so the ensemble is
    /// never worse than its best member on these samples.
    ///
    /// - Parameters:
    ///   - memberScores: one n × L for each member, probabilities, of samples that no member was trained on.
    ///   - truth: n × L.
    /// - Source: Dempster, Laird & Rubin, J. R. Stat. Soc. B 39 (1977), §4.3; the bound by concavity of the logarithm.
    public static func fitted(memberScores: [Matrix<Double>], truth: LabelMatrix) -> VoteWeights {
        let members = memberScores.count
        precondition(members > 0, "a vote without members")
        precondition(
            memberScores.allSatisfy { $0.rows == truth.rows && $0.columns == truth.columns },
            "truth is \(truth.rows) × \(truth.columns), scores are of another shape")
        precondition(
            memberScores.allSatisfy { $0.values.allSatisfy { $0 >= 0 && $0 <= 1 } }, "scores are probabilities")
        let equal = Array(repeating: 1 / Double(members), count: members)
        guard !truth.values.isEmpty else {
            return VoteWeights(values: equal, logLoss: 0, memberLogLoss: Array(repeating: 0, count: members))
        }
        // Cell by cell, one value for each member: what it gave to the truth. A sure error costs 36, not everything.
        var likelihoods: [Double] = []
        likelihoods.reserveCapacity(truth.values.count * members)
        for (cell, isTrue) in truth.values.enumerated() {
            for member in memberScores {
                let score = member.values[cell]
                likelihoods.append(max(isTrue == 1 ? score : 1 - score, .ulpOfOne))
            }
        }
        let weights = expectationMaximisation(likelihoods, start: equal)
        let fittedLoss = logLoss(likelihoods, weights)
        let memberLoss = (0 ..< members).map { member in
            logLoss(likelihoods, (0 ..< members).map { $0 == member ? 1 : 0 })
        }
        if let best = memberLoss.indices.min(by: { memberLoss[$0] < memberLoss[$1] }), memberLoss[best] < fittedLoss {
            return VoteWeights(
                values: (0 ..< members).map { $0 == best ? 1 : 0 }, logLoss: memberLoss[best],
                memberLogLoss: memberLoss)
        }
        return VoteWeights(values: weights, logLoss: fittedLoss, memberLogLoss: memberLoss)
    }

    private static func expectationMaximisation(_ likelihoods: [Double], start: [Double]) -> [Double] {
        let members = start.count
        let cells = likelihoods.count / members
        var weights = start
        likelihoods.withUnsafeBufferPointer { likelihoods in
            for _ in 0 ..< 5000 {
                var gains = Array(repeating: 0.0, count: members)
                for cell in 0 ..< cells {
                    var mixture = 0.0
                    for member in 0 ..< members { mixture += weights[member] * likelihoods[cell * members + member] }
                    let inverse = 1 / mixture
                    for member in 0 ..< members { gains[member] += likelihoods[cell * members + member] * inverse }
                }
                for member in 0 ..< members { gains[member] /= Double(cells) }
                if gains.max()! - 1 <= 1e-9 { break }
                for member in 0 ..< members { weights[member] *= gains[member] }
                let total = weights.reduce(0, +)
                for member in 0 ..< members { weights[member] /= total }
            }
        }
        return weights
    }

    private static func logLoss(_ likelihoods: [Double], _ weights: [Double]) -> Double {
        let members = weights.count
        let cells = likelihoods.count / members
        var sum = 0.0
        for cell in 0 ..< cells {
            var mixture = 0.0
            for member in 0 ..< members { mixture += weights[member] * likelihoods[cell * members + member] }
            sum -= log(mixture)
        }
        return sum / Double(cells)
    }
}
