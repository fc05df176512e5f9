import Distribution
import LinearAlgebra
import TestSupport
import Testing

@testable import NeuralNetwork

struct StepExchangeTests {
    private final class Exchange: StepExchange {
        let ranks: Ranks

        init(_ ranks: Ranks) { self.ranks = ranks }

        var rank: Int { ranks.rank }
        var size: Int { ranks.size }

        func begin(sending: [UnsafeRawBufferPointer], receiving: [UnsafeMutableRawBufferPointer]) -> Int {
            ranks.begin(sending: sending, receiving: receiving)
        }

        func finish(_ ticket: Int) { ranks.finish(ticket) }
    }

    /// Returns the outcome in each of several processes.
    private static func computed(
        _ sample: TrainingSample, processes: Int, threads: Int = 1, batchSize: Int? = nil
    ) -> [TrainingSample.Outcome] {
        LocalRanks.run(processes) { ranks in
            let computer = GradientComputer(
                layout: sample.network.layout, batchSize: batchSize ?? sample.count, inputSize: sample.inputSize,
                workers: Workers(count: threads), exchange: Exchange(ranks))
            let own = computer.ownImages(of: sample.count)
            let area = sample.inputSize * sample.inputSize
            var part = sample
            part.images = Array(sample.images[own.lowerBound * area ..< own.upperBound * area])
            _ = part.computed(by: computer)
            return part.computed(by: computer)
        }
    }

    @Test(arguments: [(2, 7), (3, 7), (4, 19), (5, 33), (16, 19), (7, 7)])
    func `a step has the same bytes for any number of processes`(processes: Int, count: Int) {
        let sample = TrainingSample(GradientComputerTests.odd, inputSize: 48, count: count)
        let expected = sample.computed(workers: 2)
        for outcome in Self.computed(sample, processes: processes, threads: 1 + processes % 2) {
            #expect(outcome == expected)
        }
    }

    @Test func `widths of a real network, whose largest kernels are divided`() {
        let sample = TrainingSample(
            network: TrainableNetwork(alpha: 0.35, labelCount: 3, seed: 3), inputSize: 32, count: 6)
        let expected = sample.computed()
        #expect(Self.computed(sample, processes: 3) == [expected, expected, expected])
    }

    @Test(arguments: [
        ["Conv1", "bn_Conv1", "expanded_"], ["block_1_", "block_5", "Conv_1", "predictions"],
        ["Conv1", "bn_Conv1", "expanded_", "block_", "Conv_1"], ["block_16_expand", "block_3_depthwise"],
    ])
    func `frozen layers`(_ prefixes: [String]) {
        var sample = TrainingSample(GradientComputerTests.odd, inputSize: 48, count: 5)
        sample.frozen = sample.network.layout.layers(beginningWith: prefixes)
        let expected = sample.computed()
        #expect(Self.computed(sample, processes: 2) == [expected, expected])
        sample.batchNormalization = .frozen
        let constant = sample.computed()
        #expect(Self.computed(sample, processes: 3) == [constant, constant, constant])
    }

    @Test func `a batch that is smaller than planned, with processes that have no image`() {
        let sample = TrainingSample(GradientComputerTests.odd, inputSize: 48, count: 3)
        let expected = sample.computed()
        let outcomes = Self.computed(sample, processes: 4, batchSize: 21)
        #expect(outcomes == Array(repeating: expected, count: 4))
    }

    @Test(arguments: [(1, 16), (2, 32), (3, 5), (4, 40), (16, 100)])
    func `processes divide the images of a batch without overlap, and plan memory for their part`(
        processes: Int, count: Int
    ) {
        let layout = ParameterLayout(alpha: 0.05, labelCount: 2)
        let parts = LocalRanks.run(processes) { ranks -> (Range<Int>, Int) in
            let computer = GradientComputer(
                layout: layout, batchSize: count, inputSize: 64, workers: Workers(count: 1),
                exchange: Exchange(ranks))
            return (computer.ownImages(of: count), computer.plannedBytes)
        }
        #expect(parts.flatMap { Array($0.0) } == Array(0 ..< count))
        let whole = GradientComputer(layout: layout, batchSize: count, inputSize: 64, workers: Workers(count: 1))
        #expect(parts.allSatisfy { processes == 1 ? $0.1 == whole.plannedBytes : $0.1 < whole.plannedBytes })
        #expect(GradientComputer.mostProcesses(batchSize: count) == min(16, count))
    }
}
