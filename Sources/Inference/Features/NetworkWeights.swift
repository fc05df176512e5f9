import NeuralNetwork

/// The network weights of an experiment: from a Keras file, or random with a seed.
public struct NetworkWeights: Sendable {
    public let weights: MobileNetV2Weights
    /// The name in reports, for example `random (seed 1, alpha 1.0)`.
    public let description: String

    /// - Parameters:
    ///   - path: A Keras HDF5 file; nil for random weights.
    ///   - alpha: The width multiplier of a network with random weights.
    /// - Throws: The errors of `WeightsFile.weights`.
    public static func load(_ path: String?, alpha: Double, seed: UInt64) throws -> NetworkWeights {
        guard let path else {
            return NetworkWeights(
                weights: .random(alpha: alpha, seed: seed), description: "random (seed \(seed), alpha \(alpha))")
        }
        let weights = try WeightsFile.weights(in: path)
        return NetworkWeights(weights: weights, description: "sha256 \(weights.digest)")
    }
}
