import ArgumentParser
import Inference
import NeuralNetwork

/// From a file of weights to a network that can run: read, check, digest, fold, pack.
struct LoadMeasure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Networks loaded and packed per second.")

    @Option(help: "A Keras HDF5 file, or random.")
    var weights: String
    @Flag(help: "Compute blank paper like any other place.")
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
