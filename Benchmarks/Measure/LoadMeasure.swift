import ArgumentParser
import Inference
import NeuralNetwork

/// Measures the loading of a network: read, check, digest, fold, pack.
struct LoadMeasure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Measures networks loaded and packed per second.")

    @Option(help: "A Keras HDF5 file, or random.")
    var weights: String
    @Flag(help: "Compute blank paper like all other pixels.")
    var dense = false

    func run() throws {
        try Rounds.serve(startup: 0) {
            let elapsed = try Rounds.seconds {
                let loaded = try NetworkWeights.load(weights == "random" ? nil : weights, alpha: 1, seed: 1).weights
                _ = MobileNetV2(loaded, skipsPaper: !dense)
            }
            return ["seconds": elapsed, "items": 1]
        }
    }
}
