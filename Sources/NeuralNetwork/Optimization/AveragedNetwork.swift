import LinearAlgebra

/// An exponential moving average of a network in training and of its moving statistics. It is more stable than the last
/// step.
///
/// The decay increases to its final value, so that the random start is soon forgotten. After t steps it is min(decay,
/// (1 + t) / (10 + t)).
public struct AveragedNetwork: Sendable {
    /// The final decay in 0 ..< 1; nil copies the network.
    public let decay: Double?
    public private(set) var network: TrainableNetwork
    /// The number of updates.
    public private(set) var steps: Int

    public init(of network: TrainableNetwork, decay: Double?, steps: Int = 0) {
        self.network = network
        self.decay = decay
        self.steps = steps
    }

    /// Updates the average after a step.
    public mutating func update(with other: TrainableNetwork, workers: Workers) {
        precondition(other.layout == network.layout, "the network has another layout")
        steps += 1
        guard let decay else {
            network = other
            return
        }
        let share = Float(1 - min(decay, (1 + Double(steps)) / (10 + Double(steps))))
        Self.mix(&network.parameters, with: other.parameters, share: share, workers: workers)
        Self.mix(&network.movingStatistics, with: other.movingStatistics, share: share, workers: workers)
    }

    private static func mix(_ values: inout [Float], with others: [Float], share: Float, workers: Workers) {
        let pieces = ParameterPiece.cut(0 ..< values.count)
        values.withUnsafeMutableBufferPointer { values in
            others.withUnsafeBufferPointer { others in
                let pair = Pair(values: values.baseAddress!, others: others.baseAddress!)
                workers.forEach(pieces.count) { piece, _ in
                    for index in pieces[piece] {
                        pair.values[index] += share * (pair.others[index] - pair.values[index])
                    }
                }
            }
        }
    }

    private struct Pair: @unchecked Sendable {
        let values: UnsafeMutablePointer<Float>
        let others: UnsafePointer<Float>
    }
}
