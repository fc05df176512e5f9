import LinearAlgebra
import Testing

@testable import NeuralNetwork

struct GradientComputerTests {
    static let odd = MobileNetV2Samples.weights(MobileNetV2Samples.odd, expansion: 3, seed: 2)
    static let narrow = MobileNetV2Samples.weights(MobileNetV2Samples.narrow, seed: 1)
    /// The minimum width, at which the first block adds the map of its convolution.
    static let narrowest = MobileNetV2Samples.weights(
        (first: 8, blocks: [8] + MobileNetV2Samples.narrow.blocks.dropFirst(), last: 40), expansion: 2, seed: 6)

    // MARK: Comparison with the naive implementation

    /// The error of float32 after 52 layers and back, relative to a layer's largest gradient.
    static let tolerance = 1e-3

    static func compare(_ sample: TrainingSample, _ found: TrainingSample.Outcome, _ expected: NaiveGradient.Result) {
        #expect(abs(found.loss - expected.loss) < 1e-5 * max(1, expected.loss))
        for (score, value) in zip(found.scores, expected.scores) { #expect(abs(Double(score) - value) < 1e-4) }
        let layout = sample.network.layout
        for (name, share) in TrainingSample.differences(found.gradient, expected.gradient, in: layout.blocks) {
            #expect(share < tolerance, "\(name)")
        }
        for (name, share) in TrainingSample.differences(found.moving, expected.moving, in: layout.movingBlocks) {
            #expect(share < 1e-4, "\(name)")
        }
    }

    @Test func `loss, gradient and moving statistics are those of the naive implementation on every instruction set`() {
        let sample = TrainingSample(Self.odd)
        let expected = sample.plain()
        for instructions in InstructionSet.available {
            Self.compare(sample, sample.computed(instructions: instructions), expected)
        }
    }

    @Test(arguments: [(48, 1), (65, 2), (47, 5)])
    func `odd sizes and odd batches in memory planned for larger ones`(_ size: Int, _ count: Int) {
        // With one image in training mode, normalizations of single pixels give zeros.
        var sample = TrainingSample(Self.odd, inputSize: size, count: count, seed: UInt64(size))
        if count == 1 { sample.batchNormalization = .frozen }
        Self.compare(sample, sample.computed(batchSize: count + 3), sample.plain())
    }

    @Test func `more images than pieces, and widths of a real network`() {
        let sample = TrainingSample(Self.narrow, labels: 1, inputSize: 32, count: 19)
        Self.compare(sample, sample.computed(), sample.plain())
    }

    @Test(arguments: [BatchNormalization.training(momentum: 0.99), .frozen])
    func `the narrowest networks, whose first block has a residual`(_ batchNormalization: BatchNormalization) {
        var sample = TrainingSample(Self.narrowest, inputSize: 40, count: 4)
        sample.batchNormalization = batchNormalization
        sample.dropout = 0.3
        Self.compare(sample, sample.computed(), sample.plain())
    }

    // MARK: Frozen

    @Test func `frozen normalization keeps the moving statistics and acts as a constant`() {
        var sample = TrainingSample(Self.odd)
        sample.batchNormalization = .frozen
        let found = sample.computed()
        #expect(found.moving == sample.network.movingStatistics)
        Self.compare(sample, found, sample.plain())
    }

    @Test(arguments: [
        ["Conv1", "bn_Conv1", "expanded_"], ["block_1_", "block_5", "Conv_1", "predictions"],
        ["Conv1", "bn_Conv1", "expanded_", "block_", "Conv_1"], ["block_16_expand", "block_3_depthwise"],
        [
            "Conv1", "bn_Conv1", "expanded_", "block_1", "block_2", "block_3", "block_4", "block_5", "block_6",
            "block_7", "block_8", "block_9_expand", "block_9_depthwise",
        ],
    ])
    func `frozen layers have no gradient, and the others are unchanged`(_ prefixes: [String]) {
        var sample = TrainingSample(Self.odd)
        let layout = sample.network.layout
        sample.frozen = layout.layers(beginningWith: prefixes)
        #expect(!sample.frozen.isEmpty)
        let found = sample.computed()
        for block in layout.blocks {
            #expect(found.gradient[block.range].allSatisfy { $0 == 0 } == sample.frozen.contains(block.layer))
        }
        Self.compare(sample, found, sample.plain())
    }

    // MARK: Bit-identical results

    @Test func `a step has the same bytes for any number of threads and after any other step`() {
        let sample = TrainingSample(Self.odd, count: 7)
        let expected = sample.computed(workers: 1)
        for workers in 2 ... 4 { #expect(sample.computed(workers: workers) == expected) }
        let computer = GradientComputer(
            layout: sample.network.layout, batchSize: 9, inputSize: 64, workers: Workers(count: 2))
        _ = TrainingSample(Self.odd, count: 9, seed: 8).computed(by: computer)
        #expect(sample.computed(by: computer) == expected)
    }

    @Test func `dropout depends on its seed`() {
        var sample = TrainingSample(Self.odd, inputSize: 32, count: 4)
        sample.dropout = 0.5
        let computer = GradientComputer(layout: sample.network.layout, batchSize: 4, inputSize: 32)
        var gradient: [Float] = []
        func loss(_ seed: UInt64) -> Double {
            var network = sample.network
            return computer.gradient(
                of: &network, images: sample.images, targets: sample.targets, dropout: 0.5, dropoutSeed: seed,
                into: &gradient
            ).loss
        }
        #expect(loss(1) == loss(1))
        #expect(loss(1) != loss(2))
    }

    // MARK: Memory and learning

    @Test func `a batch of 32 of the full network is planned below 3 GiB`() {
        let computer = GradientComputer(
            layout: ParameterLayout(alpha: 1, labelCount: 6), batchSize: 32, workers: Workers(count: 4))
        #expect(computer.plannedBytes < 1 << 30)
    }

    @Test func `gradient steps overfit one batch`() {
        let sample = TrainingSample(
            network: TrainableNetwork(alpha: 0.05, labelCount: 2, seed: 3), inputSize: 32, count: 8)
        var network = sample.network
        let targets: [Float] = (0 ..< 8).flatMap { [Float($0 % 2), Float($0 / 4)] }
        let computer = GradientComputer(layout: network.layout, batchSize: 8, inputSize: 32)
        var gradient: [Float] = []
        var losses: [Double] = []
        for _ in 0 ..< 60 {
            losses.append(
                computer.gradient(
                    of: &network, images: sample.images, targets: targets,
                    batchNormalization: .training(momentum: 0.9), into: &gradient
                ).loss)
            for place in gradient.indices { network.parameters[place] -= 0.1 * gradient[place] }
        }
        #expect(losses[0] > 0.5)
        #expect(losses[losses.count - 1] < 0.1)
    }
}
