import Foundation

/// Sigmoid cross-entropy over several labels, with a weight for the positives and negatives of each label.
///
/// It is the mean over images and labels, like Keras' `BinaryCrossentropy(from_logits=True)`. With weights, every term
/// is multiplied by its weight, but the sum is still divided by images × labels. Targets between 0 and 1 (smoothed
/// labels) use both weights. NaN is an unknown target: its term is 0 and counts in the mean.
public struct SigmoidLoss: Equatable, Sendable {
    /// The weight of positives, one per label.
    public let positive: [Float]
    /// The weight of negatives, one per label.
    public let negative: [Float]

    /// - Precondition: both arrays have the same length and no negative values.
    public init(positive: [Float], negative: [Float]) {
        precondition(
            positive.count == negative.count && (positive + negative).allSatisfy { $0 >= 0 && $0.isFinite },
            "the loss weights must have equal counts and be at least 0")
        self.positive = positive
        self.negative = negative
    }

    /// Creates a loss with weights of 1.
    public init(labelCount: Int) {
        self.init(
            positive: Array(repeating: 1, count: labelCount), negative: Array(repeating: 1, count: labelCount))
    }

    /// - Parameters:
    ///   - logits: n × L.
    ///   - targets: n × L in 0…1, or NaN.
    /// - Returns: the loss, its gradient with respect to the logits, and the scores 1 / (1 + e^−logit).
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
