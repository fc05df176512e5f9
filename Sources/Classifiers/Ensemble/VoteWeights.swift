import Foundation
import LinearAlgebra

/// The weights of the members in a soft vote.
public struct VoteWeights: Codable, Equatable, Sendable {
    /// One per member, not negative, with the sum 1.
    public let values: [Double]
    /// The mean log loss of the weighted mean on the samples that the weights were fitted on.
    public let logLoss: Double
    /// The mean log loss of each single member.
    public let memberLogLoss: [Double]

    /// Returns the weights whose weighted mean has the lowest log loss over all n·L decisions.
    ///
    /// The log loss is convex in the weights. `MixtureLikelihood` minimizes it from equal weights. If a single member
    /// is better than the result, it gets all the weight, so that the ensemble is never worse than its best member on
    /// these samples.
    ///
    /// - Parameters:
    ///   - memberScores: n × L probabilities per member, of samples that no member was trained on.
    ///   - truth: n × L.
    public static func fitted(memberScores: [Matrix<Double>], truth: LabelMatrix) -> VoteWeights {
        let members = memberScores.count
        precondition(members > 0, "a vote without members")
        precondition(
            memberScores.allSatisfy { $0.rows == truth.rows && $0.columns == truth.columns },
            "truth is \(truth.rows) × \(truth.columns), scores have a different shape")
        precondition(
            memberScores.allSatisfy { $0.values.allSatisfy { $0 >= 0 && $0 <= 1 } }, "scores must be probabilities")
        let equal = Array(repeating: 1 / Double(members), count: members)
        guard !truth.values.isEmpty else {
            return VoteWeights(values: equal, logLoss: 0, memberLogLoss: Array(repeating: 0, count: members))
        }
        // For each cell and member, the probability of the truth. The limit makes the loss of a certain error 36
        // instead of infinite.
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
