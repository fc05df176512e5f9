import LinearAlgebra
import NeuralNetwork

/// Everything that the rest of a pretraining depends on, beside data and configuration.
struct PretrainingState {
    var network: TrainableNetwork
    var optimizer: Optimizer
    var average: AveragedNetwork
    /// Epochs that are done.
    var epoch = 0
    /// Steps of the next epoch that are done, and sums over them.
    var step = 0
    var lossSum = 0.0
    var normSum = 0.0
    var history: [EpochRecord] = []
    /// The averaged weights of the best epoch so far, where they are to be kept.
    var best: TrainableNetwork?

    init(_ network: TrainableNetwork, _ section: PretrainingConfiguration.OptimizerSection, frozen: Set<String>) {
        self.network = network
        optimizer = Optimizer(section.rule, weightDecay: section.weightDecay, layout: network.layout, frozen: frozen)
        average = AveragedNetwork(of: network, decay: section.average)
    }

    /// The number of the best epoch, from 1: of equals the first.
    var bestEpoch: Int? {
        history.max { ($0.score, -$0.epoch) < ($1.score, -$1.epoch) }?.epoch
    }

    /// Whether so many epochs have passed without a better score.
    func isStale(after patience: Int?) -> Bool {
        guard let patience, let bestEpoch else { return false }
        return epoch - bestEpoch >= patience
    }
}
