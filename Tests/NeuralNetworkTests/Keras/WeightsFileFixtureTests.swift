import Foundation
import NeuralNetwork
import TestSupport
import Testing

@Suite struct WeightsFileFixtureTests {
    private static let folder = SharedMaterial.checkout.appendingPathComponent("Tests/NeuralNetworkTests/Fixtures")

    struct Fixture: Sendable, CustomTestStringConvertible {
        let name: String
        let layout: WeightsFile.Layout
        let group: String
        let ignored: [String]
        var testDescription: String { name }
    }

    static let fixtures = [
        Fixture(name: "keras2_with_top.h5", layout: .legacyWeights, group: "/", ignored: ["predictions"]),
        Fixture(name: "keras2_spread_names.h5", layout: .legacyWeights, group: "/", ignored: []),
        Fixture(
            name: "keras2_numbered.weights.h5", layout: .numbered, group: "/layers/functional/layers",
            ignored: ["/layers/batch_normalization/vars", "/layers/conv2d/vars"]),
        Fixture(
            name: "keras3_model_nested.h5", layout: .wholeModel, group: "/model_weights/mobilenetv2_0.05_96",
            ignored: ["squeeze", "squeeze_BN", "classes"]),
        Fixture(name: "keras3_spread_names.h5", layout: .legacyWeights, group: "/", ignored: []),
        Fixture(
            name: "keras3_nested.weights.h5", layout: .numbered, group: "/layers/functional/layers",
            ignored: ["squeeze_BN", "squeeze"]),
        Fixture(name: "keras3_float16.weights.h5", layout: .numbered, group: "/layers", ignored: []),
    ]

    @Test(arguments: fixtures) func `files written by Keras are read`(_ fixture: Fixture) throws {
        let file = try Unpacked(fixture.name)
        let (weights, description) = try WeightsFile.read(file.path)
        #expect(description.layout == fixture.layout)
        #expect(description.group == fixture.group)
        #expect(description.ignoredLayers == fixture.ignored)
        #expect(description.alpha == 0.05)
        #expect(description.inputChannels == 3)
        let reference = try Unpacked(Self.fixtures[0].name)
        let first = try WeightsFile.read(reference.path).weights
        #expect(weights == first)
        #expect(description.digest == first.digest)
    }

    @Test func `the values are those that numpy reads`() throws {
        struct Expected: Decodable {
            struct Array: Decodable { let shape: [Int], sum: Double, weighted: Double }
            let alpha: Double
            let parameters: Int
            let layers: [String: [Array]]
        }
        let data = try Data(contentsOf: Self.folder.appendingPathComponent("expected.json"))
        let expected = try JSONDecoder().decode(Expected.self, from: data)
        let file = try Unpacked(Self.fixtures[0].name)
        let (weights, description) = try WeightsFile.read(file.path)
        #expect(description.parameterCount == expected.parameters)
        #expect(description.layers.map(\.name) == MobileNetV2Weights.layerNames)
        #expect(expected.layers.count == 2 * weights.layers.count)
        func check(_ values: [Float], _ array: Expected.Array) {
            #expect(values.count == array.shape.reduce(1, *))
            // Sums of small multiples of 1/8 are exact.
            #expect(values.reduce(0) { $0 + Double($1) } == array.sum)
            #expect(values.enumerated().reduce(0) { $0 + Double($1.offset + 1) * Double($1.element) } == array.weighted)
        }
        for layer in weights.layers {
            let kernel = try #require(expected.layers[layer.name])
            #expect(layer.shape == kernel[0].shape)
            check(layer.kernel, kernel[0])
            let normalization =
                layer.name == "Conv1" ? "bn_Conv1" : layer.name == "Conv_1" ? "Conv_1_bn" : "\(layer.name)_BN"
            let arrays = try #require(expected.layers[normalization])
            for (values, array) in zip([layer.gamma, layer.beta, layer.mean, layer.variance], arrays) {
                check(values, array)
            }
        }
    }

    @Test func `the error for another Keras model has its numbers of layers`() throws {
        let file = try Unpacked("not_mobilenet.h5")
        #expect(
            throws: WeightsError.notMobileNetV2(
                path: file.path,
                reason: "35 convolutions, 17 depthwise convolutions and 52 normalizations are needed, found 1, 0 and 1")
        ) { try WeightsFile.read(file.path) }
    }
}
