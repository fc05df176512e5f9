import LinearAlgebra
import NeuralNetwork

/// The training state. With data and configuration it determines the rest of a run.
struct PretrainingState {
    var network: TrainableNetwork
    var optimizer: Optimizer
    var average: AveragedNetwork
    /// The number of finished epochs.
    var epoch = 0
    /// The number of finished steps of the current epoch.
    var step = 0
    /// The sum of the losses of these steps.
    var lossSum = 0.0
    /// The sum of the gradient norms of these steps.
    var normSum = 0.0
    var history: [EpochRecord] = []
    /// The averaged weights of the best epoch so far, for `schedule.keep: best`.
    var best: TrainableNetwork?

    init(_ network: TrainableNetwork, _ section: PretrainingConfiguration.OptimizerSection, frozen: Set<String>) {
        self.network = network
        optimizer = Optimizer(section.rule, weightDecay: section.weightDecay, layout: network.layout, frozen: frozen)
        average = AveragedNetwork(of: network, decay: section.average)
    }

    /// The number of the best epoch, from 1. Among equals the first.
    var bestEpoch: Int? {
        history.max { ($0.score, -$0.epoch) < ($1.score, -$1.epoch) }?.epoch
    }

    /// Whether `patience` epochs have passed without a better score.
    func isStale(after patience: Int?) -> Bool {
        guard let patience, let bestEpoch else { return false }
        return epoch - bestEpoch >= patience
    }
}
