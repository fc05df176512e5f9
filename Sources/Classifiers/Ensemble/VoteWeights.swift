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

    /// Returns the most equal weights that are not clearly worse than the best ones.
    ///
    /// The candidates lie on the line from equal weights to those with the lowest log loss over all n·L decisions.
    /// The most equal candidate is chosen whose macro F1, with tuned thresholds, is at most one standard error below
    /// the best. Otherwise a small advantage of one member would silence the others.
    ///
    /// The log loss is convex in the weights. `MixtureLikelihood` minimizes it from equal weights. If a single member
    /// has a lower loss than the result, the line ends at this member.
    ///
    /// - Parameters:
    ///   - memberScores: n × L probabilities per member, of samples that no member was trained on.
    ///   - truth: n × L.
    /// - Source: the rule of one standard error, Breiman et al., Classification and Regression Trees (1984), §3.4.3.
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
        var lowest = mixture.weights()
        let memberLoss = (0 ..< members).map { member in
            mixture.logLoss((0 ..< members).map { $0 == member ? 1 : 0 })
        }
        if let best = memberLoss.indices.min(by: { memberLoss[$0] < memberLoss[$1] }),
            memberLoss[best] < mixture.logLoss(lowest)
        {
            lowest = (0 ..< members).map { $0 == best ? 1 : 0 }
        }
        let weights = mostEqual(from: equal, to: lowest, memberScores, truth)
        return VoteWeights(values: weights, logLoss: mixture.logLoss(weights), memberLogLoss: memberLoss)
    }

    /// The number of candidates after the equal weights.
    private static let steps = 10

    private static func mostEqual(
        from equal: [Double], to lowest: [Double], _ memberScores: [Matrix<Double>], _ truth: LabelMatrix
    ) -> [Double] {
        let candidates = (0 ... steps).map { step in
            let share = Double(step) / Double(steps)
            return zip(equal, lowest).map { (1 - share) * $0 + share * $1 }
        }
        let values = candidates.map { MacroF1(of: Vote.mean(memberScores, weights: $0), truth) }
        guard let best = values.max(by: { $0.value < $1.value }) else { return lowest }
        let chosen = values.firstIndex { $0.value >= best.value - best.standardError }
        return candidates[chosen ?? steps]
    }
}

/// The mean F1 over labels with the best threshold of each, and its standard error.
struct MacroF1 {
    let value: Double
    /// By linearization: each sample's influence on the mean F1 with fixed thresholds.
    let standardError: Double

    /// - Parameters:
    ///   - scores: n × L.
    ///   - truth: n × L. Labels without positive or without negative samples do not count.
    init(of scores: Matrix<Double>, _ truth: LabelMatrix) {
        let support = truth.support
        let labels = support.indices.filter { (1 ..< truth.rows).contains(support[$0]) }
        var influence = [Double](repeating: 0, count: truth.rows)
        var sum = 0.0
        for label in labels {
            let column = scores.column(label)
            let isTrue = truth.column(label)
            let threshold = ThresholdTuning.tuned(scores: column, truth: isTrue).threshold
            // F1 = 2·hits / (found + positives).
            let found = zip(column, isTrue).map { (isFound: $0 >= threshold ? 1.0 : 0, isTrue: Double($1)) }
            let hits = found.reduce(0) { $0 + $1.isFound * $1.isTrue }
            let total = found.reduce(0) { $0 + $1.isFound + $1.isTrue }
            let f1 = 2 * hits / total
            sum += f1
            for (row, cell) in found.enumerated() {
                influence[row] += (2 * cell.isFound * cell.isTrue - f1 * (cell.isFound + cell.isTrue)) / total
            }
        }
        value = labels.isEmpty ? 0 : sum / Double(labels.count)
        standardError =
            labels.isEmpty ? 0 : influence.reduce(0) { $0 + $1 * $1 }.squareRoot() / Double(labels.count)
    }
}
