import NeuralNetwork

/// The weights that an experiment names: a Keras file, or seeded random ones.
public struct NetworkWeights: Sendable {
    public let weights: MobileNetV2Weights
    /// For reports, for example `random (seed 1, alpha 1.0)`.
    public let description: String

    /// - Parameters:
    ///   - path: a Keras HDF5 file; nil for random weights.
    ///   - alpha: the width of a network with random weights.
    /// - Throws: what `WeightsFile.weights` throws.
    public static func load(_ path: String?, alpha: Double, seed: UInt64) throws -> NetworkWeights {
        guard let path else {
            return NetworkWeights(
                weights: .random(alpha: alpha, seed: seed), description: "random (seed \(seed), alpha \(alpha))")
        }
        let weights = try WeightsFile.weights(in: path)
        return NetworkWeights(weights: weights, description: "sha256 \(weights.digest)")
    }
}
