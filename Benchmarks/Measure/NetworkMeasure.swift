import ArgumentParser
import Foundation
import Imaging
import Inference
import LinearAlgebra
import NeuralNetwork

struct NetworkMeasure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network", abstract: "Measures pictures per second through MobileNetV2.")

    @Option(help: "A Keras HDF5 file, or random.")
    var weights: String
    @Option(help: "k × 224 × 224 bytes.")
    var images: String
    @Option(help: "Pictures per call.")
    var batch: Int
    @Option(help: "Threads.")
    var threads: Int
    @Option(help: "Output file of the features of all pictures, float32.")
    var features: String
    @Option(help: "float32 or split.")
    var precision = "float32"
    @Flag(help: "Compute blank paper like all other pixels.")
    var dense = false

    func run() throws {
        guard let precision = Precision(rawValue: precision) else {
            throw ValidationError("expected float32 or split, found \(precision)")
        }
        try precision.check()
        var network: MobileNetV2?
        let startup = try Rounds.seconds {
            let loaded = try NetworkWeights.load(weights == "random" ? nil : weights, alpha: 1, seed: 1).weights
            network = MobileNetV2(loaded, precision: precision, skipsPaper: !dense)
        }
        guard let network else { return }
        let pixels = try RawFile.bytes(images)
        let area = 224 * 224
        let pictures = (0 ..< pixels.count / area).map {
            GrayImage(width: 224, height: 224, pixels: Array(pixels[$0 * area ..< ($0 + 1) * area]))
        }
        let workers = Workers(count: threads)
        try RawFile.write(network.features(of: pictures, workers: workers).values, to: features)
        // A call has one batch per thread.
        let perCall = batch * threads
        var next = 0
        try Rounds.serve(startup: startup, extra: ["instructions": network.instructions.rawValue]) {
            var done = 0
            var elapsed = 0.0
            while elapsed < 1 {
                let call = (0 ..< perCall).map { pictures[(next + $0) % pictures.count] }
                next = (next + perCall) % pictures.count
                elapsed += Rounds.seconds { _ = network.features(of: call, workers: workers) }
                done += perCall
            }
            return ["seconds": elapsed, "items": done]
        }
    }
}

struct FolderMeasure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "folder",
        abstract: "Measures PNG files per second to features: decode, neutral ink, resize, network.")

    @Option(help: "A Keras HDF5 file, or random.")
    var weights: String
    @Option(help: "A text file with one picture path per line.")
    var list: String
    @Option(help: "Threads.")
    var threads: Int

    func run() throws {
        var network: MobileNetV2?
        let startup = try Rounds.seconds {
            network = MobileNetV2(
                try NetworkWeights.load(weights == "random" ? nil : weights, alpha: 1, seed: 1).weights)
        }
        guard let network else { return }
        let extractor = FeatureExtractor(preprocessing: Preprocessing(), network: network, cacheFolder: nil)
        let files = try String(contentsOfFile: list, encoding: .utf8).split(separator: "\n").map(String.init)
        try Rounds.serve(startup: startup) {
            let elapsed = try Rounds.seconds {
                _ = try extractor.extract(
                    files: files, skipUnreadable: false, workers: Workers(count: threads), progress: { _, _ in })
            }
            return ["seconds": elapsed, "items": files.count]
        }
    }
}
