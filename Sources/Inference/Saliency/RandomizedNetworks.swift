import NeuralNetwork
import Synchronization

/// Networks of a model's shape with random weights, made when they are first asked for.
///
/// The seeds are fixed: what a model shows of a picture does not change from one run to the next.
final class RandomizedNetworks: Sendable {
    /// One alone can look like the trained network by chance.
    static let count = 3

    private let weights: MobileNetV2Weights?
    private let inputSize: Int
    private let made = Mutex<[MobileNetV2]?>(nil)

    /// - Parameter weights: nil for a model without a network, which makes none.
    init(like weights: MobileNetV2Weights?, inputSize: Int) {
        self.weights = weights
        self.inputSize = inputSize
    }

    var networks: [MobileNetV2] {
        made.withLock { made in
            if let made { return made }
            guard let weights else { return [] }
            let networks = (0 ..< Self.count).map {
                MobileNetV2(weights.randomised(seed: UInt64($0)), inputSize: inputSize)
            }
            made = networks
            return networks
        }
    }
}
