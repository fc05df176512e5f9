/// A batch normalization during a step: y = γ (x − mean) / √(variance + ε) + β.
///
/// - Source: Ioffe & Szegedy, ICML 2015.
struct NormalizationState {
    let mean: [Double]
    /// 1 / √(variance + ε).
    let inverse: [Double]
    /// γ / √(variance + ε).
    let scale: [Double]
    /// β − mean · scale.
    let shift: [Double]
    /// Whether mean and variance are those of the batch, so that the gradient includes them.
    let usesBatch: Bool

    init(mean: [Double], variance: [Double], gamma: ArraySlice<Float>, beta: ArraySlice<Float>, usesBatch: Bool) {
        self.mean = mean
        self.usesBatch = usesBatch
        inverse = variance.map { 1 / ($0 + Double(MobileNetV2Weights.epsilon)).squareRoot() }
        scale = zip(gamma, inverse).map { Double($0) * $1 }
        shift = zip(zip(beta, mean), scale).map { Double($0.0) - $0.1 * $1 }
    }

    /// Returns the gradients with respect to γ and β, from Σ slope and Σ slope · x over the map.
    func gradients(sums: [Double], products: [Double]) -> (gamma: [Double], beta: [Double]) {
        (sums.indices.map { inverse[$0] * (products[$0] - mean[$0] * sums[$0]) }, sums)
    }

    /// Returns the coefficients of the gradient with respect to x, given that with respect to y (slope): slope ·
    /// bySlope + x · byMap + constant.
    ///
    /// - Parameter count: the number of pixels in the batch.
    func backward(
        gamma: [Double], beta: [Double], count: Int
    ) -> (bySlope: [Double], byMap: [Double], constant: [Double]) {
        guard usesBatch else {
            let zeros = [Double](repeating: 0, count: scale.count)
            return (scale, zeros, zeros)
        }
        let byMap = scale.indices.map { -scale[$0] * inverse[$0] * gamma[$0] / Double(count) }
        let constant = scale.indices.map { -scale[$0] * beta[$0] / Double(count) - byMap[$0] * mean[$0] }
        return (scale, byMap, constant)
    }
}

/// The mode of batch normalizations in a step.
public enum BatchNormalization: Equatable, Sendable {
    /// Uses mean and (biased) variance of the batch; moving = momentum · moving + (1 − momentum) · batch. Keras'
    /// MobileNetV2 has 0.999, which needs thousands of steps. Short trainings need 0.99 or less.
    case training(momentum: Double)
    /// Uses the moving statistics and leaves them unchanged. Gammas and betas still have gradients.
    case frozen
}
