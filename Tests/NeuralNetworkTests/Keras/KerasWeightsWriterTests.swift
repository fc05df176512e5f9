import Files
import Foundation
import HDF5
import NeuralNetwork
import TestSupport
import Testing

@Suite struct KerasWeightsWriterTests {
    private let folder: String

    /// All values differ, so that a mix-up is detected.
    private static let network = trained(alpha: 0.05)

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("keras-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    @Test(arguments: [("network.h5", WeightsFile.Layout.legacyWeights), ("network.weights.h5", .numbered)])
    func `a written network is read back`(_ name: String, _ layout: WeightsFile.Layout) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try WeightsFile.write(Self.network, to: "\(folder)/\(name)")
        let (weights, description) = try WeightsFile.read("\(folder)/\(name)")
        #expect(weights == Self.network)
        #expect(description.layout == layout)
        #expect(description.ignoredLayers == [])
        #expect(description.alpha == 0.05)

        try WeightsFile.write(Self.network, to: "\(folder)/half-\(name)", precision: .float16)
        let half = try WeightsFile.read("\(folder)/half-\(name)").weights
        for (half, full) in zip(half.layers, Self.network.layers) {
            #expect(half.kernel == full.kernel.map { Float(Float16($0)) }, "\(full.name)")
            let normalization = [full.gamma, full.beta, full.mean, full.variance]
            #expect([half.gamma, half.beta, half.mean, half.variance] == normalization)
        }
    }

    @Test func `equal networks give equal bytes, less than 10 MB at full width`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let full = MobileNetV2Weights.random(seed: 1)
        let limits: [(WeightsFile.Precision, Int)] = [(.float32, 10_000_000), (.float16, 5_000_000)]
        for (precision, limit) in limits {
            try WeightsFile.write(full, to: "\(folder)/a.h5", precision: precision)
            // Time stamps in HDF5 have a resolution of one second.
            if precision == .float16 { Thread.sleep(forTimeInterval: 1.1) }
            try WeightsFile.write(full, to: "\(folder)/b.h5", precision: precision)
            #expect(try Digest(ofFile: "\(folder)/a.h5") == Digest(ofFile: "\(folder)/b.h5"))
            let size = try FileManager.default.attributesOfItem(atPath: "\(folder)/a.h5")[.size] as? Int ?? .max
            #expect(size < limit, "\(precision): \(size) bytes")
        }
    }

    @Test func `names and order are those of a file written by Keras`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/network.h5"
        try WeightsFile.write(Self.network, to: path)
        let fixture = try Unpacked("keras2_with_top.h5")
        let (ours, theirs) = (try HDF5File.open(path).root, try HDF5File.open(fixture.path).root)
        #expect(try ours.attributes.string("backend") == theirs.attributes.string("backend"))
        #expect(try ours.attributes.string("keras_version").hasPrefix("2."))
        let names = try theirs.attributes.strings("layer_names").filter { name in
            try name != "predictions" && !theirs.group(name).attributes.strings("weight_names").isEmpty
        }
        #expect(try ours.attributes.strings("layer_names") == names)
        for name in names {
            let weights = try theirs.group(name).attributes.strings("weight_names")
            #expect(try ours.group(name).attributes.strings("weight_names") == weights)
            for weight in weights {
                #expect(try ours.dataset("\(name)/\(weight)").shape == theirs.dataset("\(name)/\(weight)").shape)
            }
        }
    }

    @Test func `groups and names of the numbered layout are those of a file written by Keras`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/network.weights.h5"
        try WeightsFile.write(Self.network, to: path)
        let fixture = try Unpacked("keras3_float16.weights.h5")
        let ours = try HDF5File.open(path).root.group("layers")
        let theirs = try HDF5File.open(fixture.path).root.group("layers")
        let withWeights = try theirs.children().map(\.name).filter {
            try !theirs.group("\($0)/vars").children().isEmpty
        }
        #expect(try ours.children().map(\.name) == withWeights)
        for name in withWeights {
            let (our, their) = (try ours.group("\(name)/vars"), try theirs.group("\(name)/vars"))
            #expect(try our.attributes.string("name") == their.attributes.string("name"))
            #expect(try our.children() == their.children())
            for child in try their.children() {
                #expect(try our.dataset(child.name).shape == their.dataset(child.name).shape)
            }
        }
    }

    @Test(
        .enabled(if: KerasPython.isPresent, KerasPython.absence), .timeLimit(.minutes(2)),
        arguments: [
            ("network.h5", WeightsFile.Precision.float32), ("network.h5", .float16), ("network.weights.h5", .float16),
        ])
    func `Keras loads written files`(_ name: String, _ precision: WeightsFile.Precision) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        struct Loaded: Decodable {
            struct Array: Decodable { let shape: [Int], weighted: Double }
            let layers: [String: [Array]]
        }
        let path = "\(folder)/\(name)"
        try WeightsFile.write(Self.network, to: path, precision: precision)
        let loaded = try JSONDecoder().decode(
            Loaded.self, from: KerasPython.run(script: "load_keras_weights.py", path, "0.05", "96"))
        #expect(loaded.layers.count == 104)
        func weighted(_ values: [Float]) -> Double {
            zip(1..., values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        for layer in try WeightsFile.read(path).weights.layers {
            let kernel = try #require(loaded.layers[layer.name]?.first)
            #expect(kernel.shape == layer.shape)
            // The products are added in another order.
            let count = Double(layer.kernel.count)
            #expect(abs(kernel.weighted - weighted(layer.kernel)) < 1e-9 * count * count)
            let name = ["Conv1": "bn_Conv1", "Conv_1": "Conv_1_bn"][layer.name] ?? "\(layer.name)_BN"
            let normalization = try #require(loaded.layers[name])
            let expected = [layer.gamma, layer.beta, layer.mean, layer.variance]
            for (found, values) in zip(normalization, expected) {
                #expect(abs(found.weighted - weighted(values)) < 1e-6)
            }
        }
    }

    @Test func `invalid values are not written`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func with(_ change: (inout [MobileNetV2Weights.Layer]) -> Void) -> MobileNetV2Weights {
            var layers = Self.network.layers
            change(&layers)
            return MobileNetV2Weights(layers: layers)
        }
        let path = "\(folder)/network.h5"
        #expect(throws: WeightsError.value(path: path, dataset: "Conv1/variance", index: 0, found: -1)) {
            try WeightsFile.write(with { $0[0].variance[0] = -1 }, to: path)
        }
        let large = with { $0[1].kernel[3] = 65_520 }
        let error = WeightsError.halfPrecision(path: path, layer: "expanded_conv_depthwise", value: 65_520)
        #expect(throws: error) { try WeightsFile.write(large, to: path, precision: .float16) }
        #expect("\(error)".hasSuffix("Write the network in float32."))
        #expect(!FileManager.default.fileExists(atPath: path))
        try WeightsFile.write(large, to: path)
        #expect(try WeightsFile.read(path).weights == large)
    }

    /// Returns a network with random kernels and normalizations.
    private static func trained(alpha: Double) -> MobileNetV2Weights {
        let random = MobileNetV2Weights.random(alpha: alpha, seed: 5)
        let layers = random.layers.enumerated().map { index, layer in
            var layer = layer
            for channel in 0 ..< layer.channels {
                let step = Float(channel + 1) / Float(layer.channels)
                layer.gamma[channel] = 1 + 0.1 * step
                layer.beta[channel] = 0.2 * step - Float(index) / 100
                layer.mean[channel] = -0.3 * step
                layer.variance[channel] *= 1 + step
            }
            return layer
        }
        return MobileNetV2Weights(layers: layers)
    }
}
