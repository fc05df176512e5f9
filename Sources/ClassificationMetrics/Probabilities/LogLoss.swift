import Foundation
import LinearAlgebra

/// The mean of −ln of the probability that the score gave to the truth, for each label: L values, nil without samples.
///
/// A probability is taken to be at least 2⁻⁵² and at most 1 − 2⁻⁵², as in scikit-learn, so that one sure error costs
/// 36 and not everything.
///
/// - Parameters:
///   - truth: n × L.
///   - scores: n × L, probabilities.
public func logLossPerLabel(truth: LabelMatrix, scores: Matrix<Double>) -> [Double?] {
    requireSameShape(truth, scores)
    guard truth.rows > 0 else { return Array(repeating: nil, count: truth.columns) }
    return (0 ..< truth.columns).map { label in
        let losses = zip(truth.column(label), scores.column(label)).map { isTrue, score in
            let probability = min(max(score, .ulpOfOne), 1 - .ulpOfOne)
            return -log(isTrue == 1 ? probability : 1 - probability)
        }
        return losses.reduce(0, +) / Double(truth.rows)
    }
}
