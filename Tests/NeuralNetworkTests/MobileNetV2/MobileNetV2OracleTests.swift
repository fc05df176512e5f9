import Foundation
import Imaging
import LinearAlgebra
import NeuralNetwork
import TestSupport
import Testing

/// Compares the features of real images by the ImageNet network with those of Keras.
@Suite(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
struct MobileNetV2OracleTests {
    /// The error of float32 after 52 layers on images that are mostly paper. Features are at most 6.
    static let tolerance = 2e-5

    /// 24 × 1280 features by Keras in float32, stored as float64 (see `Fixtures/make_exact_features.py`).
    @Test(arguments: InstructionSet.available)
    func `the features are those of Keras`(_ instructions: InstructionSet) throws {
        let expected = try Self.doubles(SharedMaterial.data("oracles/mobilenetv2/features_f64_24x1280.bin"))
        let features = try Self.network(instructions).features(of: Self.images())
        #expect(features.rows == 24 && features.columns == 1280)
        #expect(Self.difference(features.values[...], expected[...]) <= Self.tolerance)
    }

    /// Six images by Keras in float64.
    @Test(arguments: InstructionSet.available)
    func `the features are those of Keras in double precision`(_ instructions: InstructionSet) throws {
        let file = SharedMaterial.checkout
            .appendingPathComponent("Tests/NeuralNetworkTests/Fixtures/mobilenetv2_exact_features.f64")
        let expected = try Self.doubles(Data(contentsOf: file))
        let images = try Self.images()
        let features = try Self.network(instructions).features(of: stride(from: 0, to: 24, by: 4).map { images[$0] })
        #expect(Self.difference(features.values[...], expected[...]) <= Self.tolerance)
    }

    @Test(arguments: InstructionSet.available)
    func `skipping the paper of real images changes no bit`(_ instructions: InstructionSet) throws {
        let path = SharedMaterial.path("weights/mobilenet_v2_1.0_224_no_top_imagenet.h5")
        let dense = MobileNetV2(try WeightsFile.read(path).weights, instructions: instructions, skipsPaper: false)
        let images = try Self.images()
        #expect(try Self.network(instructions).features(of: images) == dense.features(of: images))
    }

    /// Compares mean, deviation and two pixels of maps of image 0 with those of Keras in float32.
    @Test func `the maps inside the network have the statistics of Keras`() throws {
        let layers = try #require(
            JSONSerialization.jsonObject(with: SharedMaterial.data("oracles/mobilenetv2/manifest.json"))
                as? [String: Any])["layers_of_image_0"]
        let expected = try #require(layers as? [String: [String: Any]])
        let outputs = try Self.network(.preferred).layerOutputs(of: Self.images()[0])
        var compared = 0
        for output in outputs {
            guard let layer = expected["\(output.name)_BN"] else { continue }
            compared += 1
            let mean = try #require(layer["mean"] as? Double)
            let deviation = try #require(layer["std"] as? Double)
            let values = output.values.map(Double.init)
            let foundMean = values.reduce(0, +) / Double(values.count)
            let foundDeviation =
                (values.reduce(0) { $0 + ($1 - foundMean) * ($1 - foundMean) } / Double(values.count)).squareRoot()
            #expect(abs(foundMean - mean) <= 1e-5 * deviation, "\(output.name)")
            #expect(abs(foundDeviation - deviation) <= 1e-5 * deviation, "\(output.name)")
            let center = (output.size / 2) * output.size + output.size / 2
            for (pixel, key) in [(0, "first_pixel_first8"), (center, "centre_pixel_first8")] {
                let first = try #require(layer[key] as? [Double])
                let found = output.values[pixel * output.channels ..< pixel * output.channels + 8]
                #expect(Self.difference(found, first[...]) <= 2e-5 * deviation, "\(output.name) \(key)")
            }
        }
        #expect(compared == 7)
    }

    // MARK: Helpers

    static func network(_ instructions: InstructionSet) throws -> MobileNetV2 {
        let path = SharedMaterial.path("weights/mobilenet_v2_1.0_224_no_top_imagenet.h5")
        return MobileNetV2(try WeightsFile.read(path).weights, instructions: instructions)
    }

    static func images() throws -> [GrayImage] {
        let bytes = [UInt8](try SharedMaterial.data("oracles/mobilenetv2/images_u8_24x224x224.bin"))
        return (0 ..< 24).map {
            GrayImage(width: 224, height: 224, pixels: Array(bytes[$0 * 224 * 224 ..< ($0 + 1) * 224 * 224]))
        }
    }

    static func doubles(_ data: Data) -> [Double] {
        data.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    }

    static func difference(_ found: ArraySlice<Float>, _ expected: ArraySlice<Double>) -> Double {
        precondition(found.count == expected.count)
        return zip(found, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
    }
}
