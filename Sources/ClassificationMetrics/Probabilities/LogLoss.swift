import Foundation
import LinearAlgebra

/// Log loss per label, the mean negative log-likelihood of the truth: L values, nil without samples.
///
/// Probabilities are clipped to 2⁻⁵² … 1 − 2⁻⁵², as in scikit-learn. One confident error costs 36 instead of infinity.
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
