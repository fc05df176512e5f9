import ArgumentParser
import Foundation
import LinearAlgebra
import NeuralNetwork

struct PretrainMeasure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pretrain", abstract: "Measures pictures per second in training steps of the whole MobileNetV2.")

    @Option(help: "A Keras HDF5 file to start from.")
    var weights: String
    @Option(help: "The head's kernel and bias, float32.")
    var head: String
    @Option(help: "k × 224 × 224 bytes.")
    var images: String
    @Option(help: "k × labels float32.")
    var targets: String
    @Option var labels: Int
    @Option(help: "Pictures per step.")
    var batch: Int
    @Option var threads: Int
    @Option(help: "Steps per round.")
    var steps: Int

    /// The same as in the peer's AdamW.
    private static let rate = 1e-3
    private static let weightDecay = 4e-3

    func run() throws {
        let pixels = try RawFile.bytes(images)
        let truth = try RawFile.floats(targets)
        let workers = Workers(count: threads)
        var network = TrainableNetwork(
            weights: try WeightsFile.read(weights).weights, labelCount: labels, seed: 1)
        let headValues = try RawFile.floats(head)
        network.parameters.replaceSubrange(
            network.parameters.count - headValues.count ..< network.parameters.count, with: headValues)
        let computer = GradientComputer(layout: network.layout, batchSize: batch, workers: workers)
        var optimizer = Optimizer(
            .adamW(beta1: 0.9, beta2: 0.999), weightDecay: Self.weightDecay, layout: network.layout)
        let area = 224 * 224
        let batches = (0 ..< pixels.count / area / batch).map { part in
            (
                images: Array(pixels[part * batch * area ..< (part + 1) * batch * area]),
                targets: Array(truth[part * batch * labels ..< (part + 1) * batch * labels])
            )
        }
        var gradient: [Float] = []
        var next = 0
        func step() -> Double {
            let (images, targets) = batches[next % batches.count]
            next += 1
            let result = computer.gradient(of: &network, images: images, targets: targets, into: &gradient)
            optimizer.step(
                &network.parameters, gradient: gradient, scale: 1, rate: Self.rate, workers: workers)
            return result.loss
        }
        // The first two losses, before and after one step, verify that all contenders compute the same.
        let losses = [step(), step()]
        let planned = Double(computer.plannedBytes) / 1_048_576
        try Rounds.serve(
            startup: 0,
            extra: ["losses": losses, "planned_mib": planned, "instructions": computer.instructions.rawValue]
        ) {
            let before = Rounds.processorSeconds
            let elapsed = Rounds.seconds { for _ in 0 ..< steps { _ = step() } }
            return [
                "seconds": elapsed, "items": steps * batch, "processor_s": Rounds.processorSeconds - before,
            ]
        }
    }
}
