import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import NeuralNetwork

/// Compares one step of a small network with Keras in float64 (Fixtures/make_training_gradients.py).
struct TrainableNetworkKerasTests {
    static let inputSize = 48
    static let count = 4
    static let labels = 3
    /// Every seventh value of each gradient is stored.
    static let step = 7

    @Test(arguments: [false, true])
    func `the naive implementation matches Keras to twelve digits`(_ training: Bool) throws {
        var sample = Self.sample()
        sample.batchNormalization = training ? .training(momentum: 0.9) : .frozen
        sample.epsilon = 1e-3
        let expected = try Self.expected(training: training, layout: sample.network.layout)
        let found = sample.plain()
        #expect(abs(found.loss - expected.loss) < 1e-11)
        for (score, value) in zip(found.scores, expected.scores) { #expect(abs(score - value) < 1e-11) }
        Self.compare(found.gradient, expected, layout: sample.network.layout, tolerance: 1e-9)
        if training {
            for (value, moving) in zip(found.moving, expected.moving) {
                #expect(abs(value - moving) < 1e-10 * max(1, abs(moving)))
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func `the kernels match Keras within float32`(_ instructions: InstructionSet) throws {
        for training in [false, true] {
            var sample = Self.sample()
            sample.batchNormalization = training ? .training(momentum: 0.9) : .frozen
            let expected = try Self.expected(training: training, layout: sample.network.layout)
            let found = sample.computed(instructions: instructions)
            #expect(abs(found.loss - expected.loss) < 1e-5)
            for (score, value) in zip(found.scores, expected.scores) { #expect(abs(Double(score) - value) < 1e-5) }
            Self.compare(found.gradient.map(Double.init), expected, layout: sample.network.layout, tolerance: 1e-3)
            if training {
                for (value, moving) in zip(found.moving, expected.moving) {
                    #expect(abs(Double(value) - moving) < 1e-5 * max(1, abs(moving)))
                }
            }
        }
    }

    struct Expected {
        var loss: Double
        var scores: [Double]
        /// One per block.
        var gradients: [[Double]]
        var moving: [Double]
    }

    private static func compare(
        _ gradient: [Double], _ expected: Expected, layout: ParameterLayout, tolerance: Double
    ) {
        var largest: [String: Double] = [:]
        for (block, values) in zip(layout.blocks, expected.gradients) {
            largest[block.layer] = values.reduce(largest[block.layer] ?? 0) { max($0, abs($1)) }
        }
        for (block, values) in zip(layout.blocks, expected.gradients) {
            let found = stride(from: block.range.lowerBound, to: block.range.upperBound, by: step).map { gradient[$0] }
            let difference = zip(found, values).map { abs($0 - $1) }.max() ?? 0
            #expect(difference <= tolerance * largest[block.layer, default: 0], "\(block.name)")
        }
    }

    private static func expected(training: Bool, layout: ParameterLayout) throws -> Expected {
        let url = SharedMaterial.checkout
            .appending(path: "Tests/NeuralNetworkTests/Fixtures/training_gradients.f64")
        let values = try Data(contentsOf: url).withUnsafeBytes { bytes in
            (0 ..< bytes.count / 8).map {
                Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
            }
        }
        var place = 0
        func take(_ count: Int) -> [Double] {
            defer { place += count }
            return Array(values[place ..< place + count])
        }
        func outcome() -> Expected {
            Expected(
                loss: take(1)[0], scores: take(count * labels),
                gradients: layout.blocks.map { take(($0.range.count + step - 1) / step) }, moving: [])
        }
        let frozen = outcome()
        var trained = outcome()
        trained.moving = take(layout.movingCount)
        try #require(place == values.count)
        return training ? trained : frozen
    }

    /// Returns the network and the batch of the script.
    private static func sample() -> TrainingSample {
        let layout = ParameterLayout(alpha: 0.05, labelCount: labels)
        var network = TrainableNetwork(layout: layout, randomlyFrom: 1)
        var seed: UInt64 = 1
        func fill(_ values: inout [Float], _ block: ParameterLayout.Block, _ low: Double, _ high: Double) {
            for (place, value) in zip(block.range, uniforms(seed, count: block.range.count)) {
                values[place] = Float(low + (high - low) * value)
            }
            seed += 1
        }
        for index in layout.convolutions.indices {
            let kernel = layout.blocks[3 * index]
            let fanIn = 9 * kernel.shape[2] / (kernel.shape[0] == 1 ? 9 : kernel.shape[3] == 1 ? kernel.shape[2] : 1)
            let limit = (6 / Double(fanIn)).squareRoot()
            fill(&network.parameters, kernel, -limit, limit)
            fill(&network.parameters, layout.blocks[3 * index + 1], 0.7, 1.3)
            fill(&network.parameters, layout.blocks[3 * index + 2], -0.3, 0.3)
            fill(&network.movingStatistics, layout.movingBlocks[2 * index], -0.2, 0.2)
            fill(&network.movingStatistics, layout.movingBlocks[2 * index + 1], 0.5, 1.5)
        }
        let limit = (6 / Double(layout.featureCount)).squareRoot()
        fill(&network.parameters, layout.blocks[layout.blocks.count - 2], -limit, limit)
        fill(&network.parameters, layout.blocks[layout.blocks.count - 1], -0.3, 0.3)
        var sample = TrainingSample(network: network, inputSize: inputSize, count: count)
        sample.images = uniforms(1001, count: count * inputSize * inputSize).map { UInt8(256 * $0) }
        sample.targets = uniforms(1002, count: count * labels).map { Float((5 * $0).rounded(.down) / 4) }
        sample.loss = SigmoidLoss(labelCount: labels)
        return sample
    }

    /// Returns numbers in 0 ..< 1 by splitmix64 from `seed` · 2³².
    private static func uniforms(_ seed: UInt64, count: Int) -> [Double] {
        var state = seed << 32
        return (0 ..< count).map { _ in
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
        }
    }
}
