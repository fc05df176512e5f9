import CKernels
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import NeuralNetwork

/// Split precision with emulated tiles, and with AMX where the machine has it.
struct MobileNetV2SplitTests {
    /// The error compared with double precision. Features are at most 6.
    static let tolerance = 5e-4

    @Test func `a float is packed as the nearest bfloat16 and its remainder, in pairs of channels`() {
        // 1 + 2⁻⁹ is 1 and 2⁻⁹. −3 is a bfloat16. 1 + 2⁻⁸ is between two and rounds to the even one, 1, with remainder
        // 2⁻⁸.
        let kernel: [Float] = [1 + 0x1p-9, 1, -3, 1 + 0x1p-8]  // two channels in, two out
        #expect(network_split_count(2, 2) == 1024)
        var packed = [UInt16](repeating: 9, count: 1024)
        network_pack_split(kernel, 2, 2, [1, 1], &packed)
        #expect(packed[..<4] == [0x3F80, 0xC040, 0x3F80, 0x3F80])
        #expect(packed[512 ..< 516] == [0x3B00, 0, 0, 0x3B80])
        #expect((packed[4 ..< 512] + packed[516...]).allSatisfy { $0 == 0 })
    }

    @Test func `narrow and odd networks give the features of the naive implementation`() {
        for (weights, size) in [(MobileNetV2Tests.narrow, 64), (MobileNetV2Tests.odd, 47)] {
            let network = MobileNetV2(emulatingTiles: weights, inputSize: size)
            let reference = MobileNetV2Reference(weights: weights)
            let images = MobileNetV2Samples.images(2, size: size, seed: 3)
            let features = network.features(of: images)
            for (index, image) in images.enumerated() {
                let expected = reference.run(image).features
                #expect(expected.contains { $0 > 0.1 })
                #expect(MobileNetV2Tests.difference(features.row(index), expected) <= Self.tolerance)
            }
            // The arithmetic really differs from float32.
            #expect(features != MobileNetV2(weights, inputSize: size, instructions: .portable).features(of: images))
        }
    }

    @Test func `other images, paper and workers change no bit`() {
        let images =
            MobileNetV2Samples.images(5, size: 64, seed: 4) + MobileNetV2Samples.papers(size: 64, seed: 5)
        let network = MobileNetV2(emulatingTiles: MobileNetV2Tests.narrow, inputSize: 64)
        let dense = MobileNetV2(emulatingTiles: MobileNetV2Tests.narrow, inputSize: 64, skipsPaper: false)
        let together = network.features(of: images, workers: Workers(count: 1))
        #expect(together == dense.features(of: images, workers: Workers(count: 3)))
        for (index, image) in images.enumerated() {
            #expect(network.features(of: [image]).values == Array(together.row(index)))
        }
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `the features of real images are those of Keras`() throws {
        let expected = try MobileNetV2OracleTests.doubles(
            SharedMaterial.data("oracles/mobilenetv2/features_f64_24x1280.bin"))
        let weights = try WeightsFile.weights(
            in: SharedMaterial.path("weights/mobilenet_v2_1.0_224_no_top_imagenet.h5"))
        let images = try MobileNetV2OracleTests.images()
        let features = MobileNetV2(emulatingTiles: weights).features(of: Array(images[..<4]))
        #expect(MobileNetV2OracleTests.difference(features.values[...], expected[..<(4 * 1280)]) <= Self.tolerance)
        guard Precision.split.isAvailable else { return }
        let fast = MobileNetV2(weights, precision: .split).features(of: images)
        #expect(MobileNetV2OracleTests.difference(fast.values[...], expected[...]) <= Self.tolerance)
    }

    @Test(.enabled(if: !Precision.split.isAvailable, "this machine has AMX"))
    func `a machine without AMX throws an error`() {
        let error = #expect(throws: PrecisionError.unavailable(.split)) { try Precision.split.check() }
        #expect(error?.description.contains("AMX") == true && error?.localizedDescription == error?.description)
        #expect(throws: Never.self) { try Precision.float32.check() }
    }
}
