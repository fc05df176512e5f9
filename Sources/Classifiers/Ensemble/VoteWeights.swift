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
    /// The log loss is convex in the weights, and `MixtureLikelihood` goes down to it from equal weights.
    ///
    /// Where a member alone is still better than what was reached, that member gets all the weight, so the ensemble is
    /// never worse than its best member on these samples.
    ///
    /// - Parameters:
    ///   - memberScores: one n × L for each member, probabilities, of samples that no member was trained on.
    ///   - truth: n × L.
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
        let mixture = MixtureLikelihood(likelihoods: likelihoods, members: members)
        let weights = mixture.weights()
        let fittedLoss = mixture.logLoss(weights)
        let memberLoss = (0 ..< members).map { member in
            mixture.logLoss((0 ..< members).map { $0 == member ? 1 : 0 })
        }
        if let best = memberLoss.indices.min(by: { memberLoss[$0] < memberLoss[$1] }), memberLoss[best] < fittedLoss {
            return VoteWeights(
                values: (0 ..< members).map { $0 == best ? 1 : 0 }, logLoss: memberLoss[best],
                memberLogLoss: memberLoss)
        }
        return VoteWeights(values: weights, logLoss: fittedLoss, memberLogLoss: memberLoss)
    }
}
