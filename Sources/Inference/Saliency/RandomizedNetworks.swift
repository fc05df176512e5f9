import NeuralNetwork
import Synchronization

/// Networks of a model's shape with random weights, created on first use.
///
/// The seeds are fixed, so saliency maps are the same in every run.
final class RandomizedNetworks: Sendable {
    /// The number of networks. A single one can resemble the trained network by chance.
    static let count = 3

    private let weights: MobileNetV2Weights?
    private let inputSize: Int
    private let made = Mutex<[MobileNetV2]?>(nil)

    /// - Parameter weights: The trained weights; nil for a model without a network, which gives no random networks.
    init(like weights: MobileNetV2Weights?, inputSize: Int) {
        self.weights = weights
        self.inputSize = inputSize
    }

    var networks: [MobileNetV2] {
        made.withLock { made in
            if let made { return made }
            guard let weights else { return [] }
            let networks = (0 ..< Self.count).map {
                MobileNetV2(weights.randomized(seed: UInt64($0)), inputSize: inputSize)
            }
            made = networks
            return networks
        }
    }
}
