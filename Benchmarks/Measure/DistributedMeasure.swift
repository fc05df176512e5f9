import ArgumentParser
import Distribution
import Foundation
import LinearAlgebra
import NeuralNetwork

/// Measures the values of the cost model in docs/distributed.md.
struct DistributedMeasure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "distributed",
        abstract: "Prints messages, bytes and time of a rank's step, or under mpirun -n 2 the speed of the link.")

    @Option(help: "Ranks of the step.")
    var ranks = 2
    @Option(help: "Width of the network.")
    var alpha = 0.5
    @Option(help: "Pictures per step.")
    var batch = 32
    @Option(help: "Threads of the rank.")
    var threads = 1

    func run() throws {
        guard Launch().isShared else { return printStep() }
        try printLink(Job.ranks())
        Job.leave()
    }

    /// Counts messages and receives nothing, so the numbers of the step are meaningless, but their amount is not.
    private final class Count: StepExchange {
        let rank = 0
        let size: Int
        nonisolated(unsafe) var exchanges = 0
        nonisolated(unsafe) var bytes = 0

        init(size: Int) { self.size = size }

        func begin(sending: [UnsafeRawBufferPointer], receiving: [UnsafeMutableRawBufferPointer]) -> Int {
            exchanges += 1
            bytes += sending.dropFirst().reduce(0) { $0 + $1.count }
            return exchanges
        }

        func finish(_ ticket: Int) {}
    }

    private func printStep() {
        let count = Count(size: ranks)
        var network = TrainableNetwork(alpha: alpha, labelCount: 8, seed: 1)
        let computer = GradientComputer(
            layout: network.layout, batchSize: batch, workers: Workers(count: threads), exchange: count)
        let images = [UInt8](repeating: 128, count: computer.ownImages(of: batch).count * 224 * 224)
        let targets = [Float](repeating: 0, count: batch * 8)
        let workers = Workers(count: threads)
        var optimizer = Optimizer(.adamW(beta1: 0.9, beta2: 0.999), weightDecay: 0.05, layout: network.layout)
        var average = AveragedNetwork(of: network, decay: 0.999)
        var gradient: [Float] = []
        var seconds: [Double] = []
        for _ in 0 ..< 6 {
            (count.exchanges, count.bytes) = (0, 0)
            let start = ContinuousClock.now
            _ = computer.gradient(of: &network, images: images, targets: targets, into: &gradient)
            let norm = GradientNorm.of(gradient, workers: workers)
            optimizer.step(
                &network.parameters, gradient: gradient, scale: GradientNorm.scale(norm: norm, limit: 1), rate: 1e-6,
                workers: workers)
            average.update(with: network, workers: workers)
            seconds.append((ContinuousClock.now - start) / .seconds(1))
        }
        // The first step maps the memory.
        let median = seconds.dropFirst().sorted()[2]
        print("{\"exchanges\": \(count.exchanges), \"bytes\": \(count.bytes), \"compute_s\": \(median)}")
    }

    private func printLink(_ ranks: Ranks) throws {
        func seconds(_ bytes: Int, _ repetitions: Int) -> Double {
            let buffers = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * bytes, alignment: 64)
            defer { buffers.deallocate() }
            let sent = UnsafeRawBufferPointer(rebasing: buffers[..<bytes])
            let received = UnsafeMutableRawBufferPointer(rebasing: buffers[bytes...])
            ranks.barrier()
            let start = ContinuousClock.now
            for _ in 0 ..< repetitions {
                ranks.finish(
                    ranks.begin(
                        sending: Array(repeating: sent, count: ranks.size),
                        receiving: Array(repeating: received, count: ranks.size)))
            }
            return (ContinuousClock.now - start) / .seconds(1) / Double(repetitions)
        }
        let latency = seconds(8, 2000)
        let large = 4 << 20
        let rate = Double(large) / seconds(large, 50)
        if ranks.isFirst { print("{\"exchange_s\": \(latency), \"bytes_per_second\": \(rate)}") }
    }
}
