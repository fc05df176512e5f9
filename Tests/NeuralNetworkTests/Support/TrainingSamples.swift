import LinearAlgebra

@testable import NeuralNetwork

/// A small network, a batch, and the gradient by both implementations.
struct TrainingSample {
    var network: TrainableNetwork
    var images: [UInt8]
    var targets: [Float]
    let inputSize: Int
    let count: Int
    var loss: SigmoidLoss
    var dropout = 0.0
    var batchNormalization = BatchNormalization.training(momentum: 0.9)
    var frozen: Set<String> = []
    var epsilon = Double(MobileNetV2Weights.epsilon)

    init(_ weights: MobileNetV2Weights, labels: Int = 3, inputSize: Int = 64, count: Int = 3, seed: UInt64 = 1) {
        self.init(
            network: TrainableNetwork(weights: weights, labelCount: labels, seed: seed), inputSize: inputSize,
            count: count, seed: seed)
    }

    init(network: TrainableNetwork, inputSize: Int, count: Int, seed: UInt64 = 1) {
        self.network = network
        self.inputSize = inputSize
        self.count = count
        let labels = network.layout.labelCount
        images = MobileNetV2Samples.images(count, size: inputSize, seed: seed).flatMap(\.pixels)
        var generator = SeededGenerator(seed: seed, purpose: "targets")
        targets = (0 ..< count * labels).map { _ in Float(generator.integer(below: 5)) / 4 }
        loss = SigmoidLoss(
            positive: (0 ..< labels).map { 1 + Float($0) / 2 }, negative: (0 ..< labels).map { 2 - Float($0) / 4 })
    }

    struct Outcome: Equatable {
        var loss: Double
        var scores: [Float]
        var gradient: [Float]
        var moving: [Float]
    }

    func computed(
        workers: Int = 2, instructions: InstructionSet? = nil, batchSize: Int? = nil
    ) -> Outcome {
        let computer = GradientComputer(
            layout: network.layout, batchSize: batchSize ?? count, inputSize: inputSize,
            workers: Workers(count: workers), instructions: instructions)
        return computed(by: computer)
    }

    func computed(by computer: GradientComputer) -> Outcome {
        var network = network
        var gradient: [Float] = []
        let result = computer.gradient(
            of: &network, images: images, targets: targets, loss: loss, dropout: dropout, dropoutSeed: 5,
            batchNormalization: batchNormalization, frozen: frozen, into: &gradient)
        return Outcome(
            loss: result.loss, scores: result.scores.values, gradient: gradient, moving: network.movingStatistics)
    }

    func plain() -> NaiveGradient.Result { plain(parameters: network.parameters.map(Double.init)) }

    /// - Parameter computesGradient: whether to compute the gradient.
    func plain(parameters: [Double], computesGradient: Bool = true) -> NaiveGradient.Result {
        let layout = network.layout
        return NaiveGradient(
            layout: layout, inputSize: inputSize, loss: loss, batchNormalization: batchNormalization, frozen: frozen,
            epsilon: epsilon
        ).run(
            parameters: parameters, moving: network.movingStatistics.map(Double.init), images: images,
            targets: targets,
            dropout: Dropout(rate: dropout, seed: 5).factors(images: count, features: layout.featureCount),
            computesGradient: computesGradient)
    }

    /// Returns the largest difference within each block, relative to the largest value of its layer.
    ///
    /// It is not relative to the block, because the gradients of betas before a batch normalization are rounding
    /// errors.
    static func differences(
        _ found: [Float], _ expected: [Double], in blocks: [ParameterLayout.Block]
    ) -> [(name: String, share: Double)] {
        var largest: [String: Double] = [:]
        for block in blocks {
            largest[block.layer] = block.range.reduce(largest[block.layer] ?? 1e-12) { max($0, abs(expected[$1])) }
        }
        return blocks.map { block in
            let difference = block.range.reduce(0.0) { max($0, abs(Double(found[$1]) - expected[$1])) }
            return (block.name, difference / largest[block.layer, default: 1])
        }
    }
}
