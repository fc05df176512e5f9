import ArgumentParser
import Foundation
import LinearAlgebra
import NeuralNetwork

struct PretrainMeasure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pretrain", abstract: "Pictures per second through training steps of MobileNetV2.")

    @Option(help: "k × 224 × 224 bytes.")
    var images: String
    @Option(help: "k × labels float32 targets.")
    var targets: String
    @Option var labels: Int = 6
    @Option var alpha: Double = 1
    @Option(help: "Pictures of a step.")
    var batch: Int = 32
    @Option var threads: Int
    @Option(help: "Steps of a round.")
    var steps: Int = 20

    func run() throws {
        let area = 224 * 224
        let pixels = try RawFile.bytes(images)
        let truth = try RawFile.floats(targets)
        var network = TrainableNetwork(alpha: alpha, labelCount: labels, seed: 1)
        let computer = GradientComputer(layout: network.layout, batchSize: batch, workers: Workers(count: threads))
        var gradient: [Float] = []
        var losses: [Double] = []
        let count = pixels.count / area / batch
        var next = 0
        try Rounds.serve(
            startup: 0,
            extra: [
                "planned_mib": Double(computer.plannedBytes) / 1_048_576,
                "instructions": computer.instructions.rawValue,
            ]
        ) {
            var elapsed = 0.0
            let cpuBefore = cpuSeconds()
            for _ in 0 ..< steps {
                let part = next % count
                next += 1
                let batchPixels = Array(pixels[part * batch * area ..< (part + 1) * batch * area])
                let batchTargets = Array(truth[part * batch * labels ..< (part + 1) * batch * labels])
                elapsed += Rounds.seconds {
                    let result = computer.gradient(
                        of: &network, images: batchPixels, targets: batchTargets, into: &gradient)
                    losses.append(result.loss)
                }
            }
            return [
                "seconds": elapsed, "items": steps * batch, "cpu_s": cpuSeconds() - cpuBefore,
                "loss": losses[losses.count - 1],
            ]
        }
    }

    private func cpuSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
