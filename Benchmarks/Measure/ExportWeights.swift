import ArgumentParser
import Foundation
import Inference
import NeuralNetwork

struct ExportWeights: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export-weights",
        abstract: "Writes the folded network as raw arrays for the peers.",
        discussion: """
            FOLDER/layers.json lists name, shape (Keras order) and the offset of kernel and bias in FOLDER/values.f32.
            """)

    @Option(help: "A Keras HDF5 file, or random.")
    var weights: String
    @Option(help: "An existing output folder.")
    var output: String

    func run() throws {
        let network = try NetworkWeights.load(weights == "random" ? nil : weights, alpha: 1, seed: 1).weights
        var values: [Float] = []
        var layers: [[String: Any]] = []
        for layer in network.layers {
            let isDepthwise = layer.name.hasSuffix("depthwise")
            let channels = layer.channels
            let scales = (0 ..< channels).map {
                Double(layer.gamma[$0]) / (Double(layer.variance[$0]) + Double(MobileNetV2Weights.epsilon)).squareRoot()
            }
            var shape = layer.shape
            // A depthwise kernel's last dimension is 1. Its channels are the third.
            var kernel = layer.kernel.enumerated().map { index, value in Double(value) * scales[index % channels] }
            if layer.name == "Conv1", shape[2] == 3 {
                kernel = (0 ..< shape[0] * shape[1]).flatMap { place in
                    (0 ..< channels).map { channel in
                        (0 ..< 3).reduce(0) { $0 + kernel[(place * 3 + $1) * channels + channel] }
                    }
                }
                shape[2] = 1
            }
            layers.append([
                "name": layer.name, "shape": shape, "depthwise": isDepthwise, "kernel": values.count,
                "bias": values.count + kernel.count,
            ])
            values += kernel.map { Float($0) }
            values += (0 ..< channels).map { Float(Double(layer.beta[$0]) - Double(layer.mean[$0]) * scales[$0]) }
        }
        try RawFile.write(values, to: "\(output)/values.f32")
        try JSONSerialization.data(withJSONObject: layers, options: [.prettyPrinted, .sortedKeys])
            .write(to: URL(fileURLWithPath: "\(output)/layers.json"))
    }
}
