import Foundation

/// Sigmoid cross-entropy over several labels, each positive and negative with a weight of its own.
///
/// The mean over images and labels, as Keras' `BinaryCrossentropy(from_logits=True)` has it; with weights every term
/// is multiplied by its weight, and the sum is still divided by images × labels. Targets between 0 and 1 (smoothed
/// labels) share both weights. A target that is NaN is unknown: its term is 0, in the same mean.
public struct SigmoidLoss: Equatable, Sendable {
    /// What a positive counts, one for each label.
    public let positive: [Float]
    /// What a negative counts, one for each label.
    public let negative: [Float]

    /// - Precondition: as many weights of either kind, none negative.
    public init(positive: [Float], negative: [Float]) {
        precondition(
            positive.count == negative.count && (positive + negative).allSatisfy { $0 >= 0 && $0.isFinite },
            "weights of a loss are pairs of numbers of at least 0")
        self.positive = positive
        self.negative = negative
    }

    /// Every label and every answer counts the same.
    public init(labelCount: Int) {
        self.init(
            positive: Array(repeating: 1, count: labelCount), negative: Array(repeating: 1, count: labelCount))
    }

    /// - Parameters:
    ///   - logits: n × L.
    ///   - targets: n × L in 0…1, or NaN.
    /// - Returns: the loss, its gradient by the logits, and the scores 1 / (1 + e^−logit).
    func evaluate(logits: [Double], targets: [Float]) -> (loss: Double, gradient: [Double], scores: [Double]) {
        let labelCount = positive.count
        let share = 1 / Double(max(logits.count, 1))
        var loss = 0.0
        var gradient = [Double](repeating: 0, count: logits.count)
        var scores = gradient
        for (index, logit) in logits.enumerated() {
            let label = index % labelCount
            let towards = Double(targets[index]) * Double(positive[label])
            let away = (1 - Double(targets[index])) * Double(negative[label])
            // log(1 + e^−|x|) never overflows.
            let tail = log1p(exp(-abs(logit)))
            let score = logit >= 0 ? 1 / (1 + exp(-logit)) : exp(logit) / (1 + exp(logit))
            scores[index] = score
            if targets[index].isNaN { continue }
            loss += towards * (max(-logit, 0) + tail) + away * (max(logit, 0) + tail)
            gradient[index] = (away * score - towards * (1 - score)) * share
        }
        return (loss * share, gradient, scores)
    }
}
