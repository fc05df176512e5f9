import Foundation
import Inference

/// How much a clinician's look at a result is worth: what the model abstained from first, then by how unsure its scores
/// are and how much its members contradict each other.
enum ReviewPriority {
    /// 0…3: 1 if uncertain, plus the greatest binary entropy of a score (bits), plus the greatest distance between two
    /// members' votes for one label.
    static func of(_ prediction: Prediction) -> Double {
        let entropy = prediction.labels.map { binaryEntropy($0.score) }.max() ?? 0
        let distance = prediction.labels.map { ($0.votes.values.max() ?? 0) - ($0.votes.values.min() ?? 0) }.max() ?? 0
        return (prediction.uncertain ? 1 : 0) + entropy + distance
    }

    static func binaryEntropy(_ p: Double) -> Double {
        guard p > 0, p < 1 else { return 0 }
        return -p * log2(p) - (1 - p) * log2(1 - p)
    }
}
