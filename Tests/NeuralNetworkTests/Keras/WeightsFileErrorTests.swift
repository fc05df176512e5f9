import Files
import Foundation
import HDF5
import NeuralNetwork
import Testing

/// Files with one error each.
@Suite struct WeightsFileErrorTests {
    private static let network = MobileNetV2Weights.random(alpha: 0.05, seed: 1)
    private let folder: String
    private let path: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("weights-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        path = "\(folder)/network.h5"
    }

    private static func normalization(_ name: String) -> String {
        name == "Conv1" ? "bn_Conv1" : name == "Conv_1" ? "Conv_1_bn" : "\(name)_BN"
    }

    /// One layer in Keras' legacy layout.
    private struct Stored {
        var name: String
        var arrays: [(name: String, shape: [Int], values: [Float])]
    }

    private static func stored(_ weights: MobileNetV2Weights = network) -> [Stored] {
        weights.layers.flatMap { layer in
            let kernel = layer.name.hasSuffix("depthwise") ? "depthwise_kernel:0" : "kernel:0"
            let arrays = [
                ("gamma:0", layer.gamma), ("beta:0", layer.beta), ("moving_mean:0", layer.mean),
                ("moving_variance:0", layer.variance),
            ]
            return [
                Stored(name: layer.name, arrays: [(kernel, layer.shape, layer.kernel)]),
                Stored(name: normalization(layer.name), arrays: arrays.map { ($0.0, [$0.1.count], $0.1) }),
            ]
        }
    }

    /// Writes layers in the legacy layout.
    private func write(_ layers: [Stored], below: String? = nil) throws {
        try HDF5File.create(path) { root in
            let group = try below.map { try root.makeGroup($0) } ?? root
            try fill(group, layers)
        }
    }

    private func fill(_ group: HDF5Group, _ layers: [Stored]) throws {
        try group.attributes.set("layer_names", to: layers.map(\.name))
        for layer in layers {
            let outer = try group.makeGroup(layer.name)
            try outer.attributes.set("weight_names", to: layer.arrays.map { "\(layer.name)/\($0.name)" })
            let inner = try outer.makeGroup(layer.name)
            for array in layer.arrays { try inner.write(array.values, shape: array.shape, to: array.name) }
        }
    }

    @Test func `a written network is read back`() throws {
        try write(Self.stored())
        let (weights, description) = try WeightsFile.read(path)
        #expect(weights == Self.network)
        #expect(description.digest == Self.network.digest)
        #expect(description.fileDigest == (try Digest(ofFile: path)))
        #expect(description.layers.map(\.shape) == Self.network.layers.map(\.shape))
    }

    @Test func `layers with names of another version are matched by order`() throws {
        var layers = Self.stored()
        for index in layers.indices { layers[index].name = "layer\(index)" }
        try write(layers)
        #expect(try WeightsFile.read(path).weights == Self.network)
    }

    @Test func `layers around the network are ignored and listed`() throws {
        let before = Stored(name: "colors", arrays: [("kernel:0", [1, 1, 1, 3], [1, 1, 1])])
        let after = Stored(name: "predictions", arrays: [("kernel:0", [1280, 2], Array(repeating: 0, count: 2560))])
        try write([before] + Self.stored() + [after])
        let (weights, description) = try WeightsFile.read(path)
        #expect(weights == Self.network)
        #expect(description.ignoredLayers == ["colors", "predictions"])
    }

    @Test func `the error for missing layers names them`() throws {
        try write(Self.stored().filter { !["block_7_depthwise", "Conv_1_bn"].contains($0.name) })
        #expect(throws: WeightsError.missingLayers(path: path, layers: ["block_7_depthwise", "Conv_1_bn"])) {
            try WeightsFile.read(path)
        }
    }

    @Test func `the error for a missing variable names it`() throws {
        var layers = Self.stored()
        layers[3].arrays.remove(at: 2)
        try write(layers)
        #expect(
            throws: WeightsError.missingVariable(
                path: path, layer: "/\(layers[3].name)/\(layers[3].name)", variable: "moving_mean")
        ) { try WeightsFile.read(path) }
    }

    @Test func `a layer that is not in layer_names is missing`() throws {
        var layers = Self.stored()
        layers[0].arrays[0].name = "kernel:0"
        try HDF5File.create(path) { root in
            try fill(root, Array(layers.dropFirst()))
            try root.attributes.set("more", to: 1)
            let outer = try root.makeGroup("Conv1")
            try outer.attributes.set("weight_names", to: ["Conv1/kernel:0"])
        }
        // Conv1 is not in layer_names here, so it counts as missing.
        #expect(throws: WeightsError.missingLayers(path: path, layers: ["Conv1"])) { try WeightsFile.read(path) }
    }

    @Test func `the error for a wrong kernel shape has both shapes`() throws {
        var layers = Self.stored()
        let place = try #require(layers.firstIndex { $0.name == "block_2_project" })
        let shape = layers[place].arrays[0].shape
        layers[place].arrays[0].shape = [1, 1, shape[3], shape[2]]
        try write(layers)
        #expect(
            throws: WeightsError.shape(
                path: path, dataset: "/block_2_project/block_2_project/kernel:0", expected: shape,
                found: [1, 1, shape[3], shape[2]])
        ) { try WeightsFile.read(path) }
    }

    @Test func `the error for a wrong normalization length has both lengths`() throws {
        var layers = Self.stored()
        layers[1].arrays[3] = ("moving_variance:0", [9], Array(repeating: 1, count: 9))
        try write(layers)
        #expect(
            throws: WeightsError.shape(
                path: path, dataset: "/bn_Conv1/bn_Conv1/moving_variance:0", expected: [8], found: [9])
        ) { try WeightsFile.read(path) }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func `the error for a value that is not finite has its index`(_ value: Float) throws {
        var layers = Self.stored()
        layers[4].arrays[0].values[5] = value
        try write(layers)
        let error = #expect(throws: WeightsError.self) { try WeightsFile.read(path) }
        #expect(error?.description.contains("\(layers[4].arrays[0].name): value 5 is \(value);") == true)
    }

    @Test func `a negative variance is an error`() throws {
        var layers = Self.stored()
        layers[1].arrays[3].values[2] = -0.5
        try write(layers)
        #expect(
            throws: WeightsError.value(
                path: path, dataset: "/bn_Conv1/bn_Conv1/moving_variance:0", index: 2, found: -0.5)
        ) { try WeightsFile.read(path) }
    }

    @Test func `two networks in one file are an error`() throws {
        let arrays = Self.stored().flatMap { layer in
            layer.arrays.map { (name: "\(layer.name)/\($0.name)", shape: $0.shape, values: $0.values) }
        }
        try HDF5File.create(path) { root in
            let models = try root.makeGroup("model_weights")
            try models.attributes.set("layer_names", to: ["left", "right"])
            for name in ["left", "right"] {
                let group = try models.makeGroup(name)
                try group.attributes.set("weight_names", to: arrays.map(\.name))
                for array in arrays {
                    let parts = array.name.split(separator: "/").map(String.init)
                    let inner = try group.contains(parts[0]) ? try group.group(parts[0]) : try group.makeGroup(parts[0])
                    try inner.write(array.values, shape: array.shape, to: parts[1])
                }
            }
        }
        #expect(
            throws: WeightsError.severalNetworks(path: path, groups: ["/model_weights/left", "/model_weights/right"])
        ) { try WeightsFile.read(path) }
    }

    @Test func `the error for another HDF5 file lists its contents`() throws {
        try HDF5File.create(path) { root in
            try root.write([1] as [Float], to: "features")
            _ = try root.makeGroup("images")
        }
        let error = #expect(throws: WeightsError.layout(path: path, found: ["features", "images"])) {
            try WeightsFile.read(path)
        }
        #expect(error?.description.contains("found features, images") == true)
    }

    @Test(arguments: [
        ("<!DOCTYPE html>", "a web page"), ("version https://git-lfs.github.com/spec/v1", "a Git LFS pointer"),
        ("PK\u{3}\u{4}", "a ZIP archive (if it is a .keras file"), ("", "an empty file"),
    ])
    func `the error for a file of another format describes it`(_ content: String, _ kind: String) throws {
        try Data(content.utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: HDF5Error.self) { try WeightsFile.read(path) }
        #expect(error?.description.hasPrefix("\(path): expected an HDF5 file, found \(kind)") == true)
        #expect(throws: FileError.missing(path: "\(path)x")) { try WeightsFile.read("\(path)x") }
    }

    @Test func `published widths are recognized by their shapes`() throws {
        for alpha in [0.35, 0.5, 1.3] {
            try write(Self.stored(MobileNetV2Weights.random(alpha: alpha, seed: 2)))
            let description = try WeightsFile.read(path).description
            #expect(description.alpha == alpha)
            #expect(description.featureCount == (alpha > 1 ? 1664 : 1280))
        }
    }
}
