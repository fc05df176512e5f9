import Imaging
import LinearAlgebra
import NeuralNetwork
import Synchronization
import Testing

struct MobileNetV2Tests {
    /// The error of float32 after up to 52 layers, relative to the largest value. A wrong tap, channel or edge exceeds
    /// it thousands of times.
    static let tolerance = 1e-5

    static let narrow = MobileNetV2Samples.weights(MobileNetV2Samples.narrow, seed: 1)
    static let odd = MobileNetV2Samples.weights(MobileNetV2Samples.odd, expansion: 3, seed: 2)
    /// The first blocks of the full network, with whole and half panels, and narrow blocks after them.
    static let wideAtFirst = MobileNetV2Samples.weights(
        (first: 32, blocks: [16, 24, 24, 32, 32, 32] + MobileNetV2Samples.narrow.blocks.dropFirst(6), last: 40),
        seed: 9)

    // MARK: Comparison with the naive implementation

    @Test(arguments: InstructionSet.available)
    func `a narrow network gives the features of the naive implementation`(_ instructions: InstructionSet) {
        let network = MobileNetV2(Self.narrow, inputSize: 64, instructions: instructions)
        let reference = MobileNetV2Reference(weights: Self.narrow)
        let images = MobileNetV2Samples.images(2, size: 64, seed: 3)
        let features = network.features(of: images, workers: Workers(count: 1))
        for (index, image) in images.enumerated() {
            let expected = reference.run(image).features
            #expect(expected.contains { $0 > 0.1 })
            #expect(Self.difference(features.row(index), expected) <= Self.tolerance)
        }
    }

    @Test(arguments: [32, 64, 75])
    func `the narrowest networks add the first convolution's map to the first block`(_ size: Int) {
        let widths = (first: 8, blocks: [8] + MobileNetV2Samples.narrow.blocks.dropFirst(), last: 40)
        let weights = MobileNetV2Samples.weights(widths, seed: 6)
        let reference = MobileNetV2Reference(weights: weights)
        let images = MobileNetV2Samples.images(2, size: size, seed: 7) + MobileNetV2Samples.papers(size: size, seed: 8)
        for instructions in InstructionSet.available {
            let network = MobileNetV2(weights, inputSize: size, instructions: instructions)
            let dense = MobileNetV2(weights, inputSize: size, instructions: instructions, skipsPaper: false)
            let features = network.features(of: images, workers: Workers(count: 1))
            #expect(features == dense.features(of: images, workers: Workers(count: 2)))
            for (index, image) in images.enumerated().prefix(3) {
                #expect(Self.difference(features.row(index), reference.run(image).features) <= Self.tolerance)
            }
        }
    }

    @Test(arguments: [(32, 1), (33, 2), (47, 3), (50, 4), (75, 5)])
    func `odd widths and odd sizes are padded as in Keras`(_ size: Int, _ seed: UInt64) {
        let reference = MobileNetV2Reference(weights: Self.odd)
        let image = MobileNetV2Samples.images(2, size: size, seed: seed)[Int(seed) % 2]
        let expected = reference.run(image).features
        for instructions in InstructionSet.available {
            let network = MobileNetV2(Self.odd, inputSize: size, instructions: instructions)
            let features = network.features(of: [image], workers: Workers(count: 1))
            #expect(features.columns == 37)
            #expect(Self.difference(features.row(0), expected) <= Self.tolerance)
        }
    }

    @Test(arguments: InstructionSet.available)
    func `the map after every block is that of the naive implementation`(_ instructions: InstructionSet) throws {
        let image = MobileNetV2Samples.images(1, size: 37, seed: 5)[0]
        let outputs = MobileNetV2(Self.odd, inputSize: 37, instructions: instructions).layerOutputs(of: image)
        let expected = MobileNetV2Reference(weights: Self.odd).run(image).blocks
        try #require(outputs.count == 17)
        #expect(outputs[0].name == "expanded_conv_project")
        #expect(outputs[16].name == "block_16_project")
        for (output, map) in zip(outputs, expected) {
            #expect(output.size == map.size && output.channels == map.channels, "\(output.name)")
            #expect(Self.difference(output.values[...], map.values) <= Self.tolerance, "\(output.name)")
        }
    }

    @Test func `a network with zero kernels computed by hand`() {
        // Every kernel is zero and every normalization gives its beta. The features are ReLU6 of the last beta.
        let blank = MobileNetV2Weights(
            layers: Self.odd.layers.map { layer in
                var layer = layer
                layer.kernel = [Float](repeating: 0, count: layer.kernel.count)
                layer.mean = [Float](repeating: 0, count: layer.mean.count)
                if layer.name == "Conv_1" { layer.beta = (0 ..< layer.channels).map { Float($0) / 4 - 1 } }
                return layer
            })
        for instructions in InstructionSet.available {
            let network = MobileNetV2(blank, inputSize: 32, instructions: instructions)
            let features = network.features(of: MobileNetV2Samples.images(1, size: 32, seed: 1))
            #expect(features.values == (0 ..< 37).map { min(max(Float($0) / 4 - 1, 0), 6) })
        }
    }

    // MARK: Bit-identical results

    @Test(arguments: InstructionSet.available)
    func `features do not depend on the batch, the order or the workers`(_ instructions: InstructionSet) {
        let network = MobileNetV2(Self.odd, inputSize: 47, instructions: instructions)
        let images = MobileNetV2Samples.images(37, size: 47, seed: 6)
        let all = network.features(of: images, workers: Workers(count: 1))
        for workers in [2, 3, 4] {
            #expect(network.features(of: images, workers: Workers(count: workers)) == all)
        }
        let order = Array(stride(from: 36, through: 0, by: -1))
        let reversed = network.features(of: order.map { images[$0] }, workers: Workers(count: 2))
        #expect(reversed == all.selecting(rows: order))
        let arena = network.makeArena()
        for batch in [1, 2, 3, 5, 7, 8, 9, 37] {
            #expect(Self.features(of: images, by: network, batch: batch, arena) == all.values, "batches of \(batch)")
        }
    }

    @Test func `an arena keeps no state between images`() {
        let network = MobileNetV2(Self.odd, inputSize: 50)
        let images = MobileNetV2Samples.images(3, size: 50, seed: 8)
        let arena = network.makeArena()
        let first = Self.features(of: images, by: network, batch: 3, arena)
        _ = Self.features(of: MobileNetV2Samples.images(9, size: 50, seed: 9), by: network, batch: 9, arena)
        #expect(Self.features(of: images, by: network, batch: 1, arena) == first)
    }

    // Rows of the first layers have 42 and 21 pixels at size 84, and 56, 28 and 14 at size 112: multiples of seven.
    @Test(arguments: [47, 84, 112])
    func `AVX2 and AVX-512 are bit-identical`(_ size: Int) {
        // Both add the same products in the same order, with one rounding each.
        guard InstructionSet.avx512.isAvailable else { return }
        let images = MobileNetV2Samples.images(2, size: size, seed: 10)
        for weights in [Self.odd, Self.wideAtFirst] {
            let wide = MobileNetV2(weights, inputSize: size, instructions: .avx512).features(of: images)
            let narrow = MobileNetV2(weights, inputSize: size, instructions: .avx2).features(of: images)
            #expect(wide == narrow)
        }
    }

    // MARK: The interface

    @Test func `no images give a matrix without rows`() {
        let network = MobileNetV2(Self.odd, inputSize: 32)
        let features = network.features(of: [])
        #expect(features.rows == 0 && features.columns == network.featureCount)
    }

    @Test func `progress counts every image once`() {
        let network = MobileNetV2(Self.odd, inputSize: 32)
        let seen = Mutex<[Int]>([])
        let images = MobileNetV2Samples.images(35, size: 32, seed: 11)
        _ = network.features(of: images, workers: Workers(count: 3)) { done in seen.withLock { $0.append(done) } }
        let counts = seen.withLock { $0.sorted() }
        #expect(counts.last == 35)
        #expect(Set(counts).count == counts.count)
    }

    @Test func `a network has the digest of its weights`() {
        let network = MobileNetV2(Self.odd, inputSize: 32)
        #expect(network.weightsDigest == Self.odd.digest)
        #expect(network.weightsDigest != MobileNetV2(Self.narrow, inputSize: 32).weightsDigest)
        #expect(network.featureCount == 37 && network.inputSize == 32)
    }

    @Test func `four arenas of the full network take less than 32 MiB`() {
        #expect(MobileNetV2(Self.narrow).makeArena().byteCount * 4 < 32 << 20)
    }

    @Test func `images of another size trap`() async {
        await #expect(processExitsWith: .failure) {
            let network = MobileNetV2(
                MobileNetV2Samples.weights(MobileNetV2Samples.odd, expansion: 1, seed: 1), inputSize: 32)
            _ = network.features(of: [GrayImage(width: 33, height: 32, pixels: [UInt8](repeating: 0, count: 33 * 32))])
        }
    }

    // MARK: Helpers

    /// Returns the largest difference relative to the largest expected value.
    static func difference(_ found: ArraySlice<Float>, _ expected: [Double]) -> Double {
        precondition(found.count == expected.count)
        let largest = expected.reduce(0) { max($0, abs($1)) }
        return zip(found, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } / largest
    }

    /// Returns features of `batch` images at a time, computed by one worker.
    static func features(
        of images: [GrayImage], by network: MobileNetV2, batch: Int, _ arena: MobileNetV2.Arena
    ) -> [Float] {
        var all: [Float] = []
        for first in stride(from: 0, to: images.count, by: batch) {
            let part = images[first ..< min(images.count, first + batch)]
            var features = [Float](repeating: .nan, count: part.count * network.featureCount)
            part.flatMap(\.pixels).withUnsafeBufferPointer { pixels in
                features.withUnsafeMutableBufferPointer { network.features(of: pixels, into: $0, arena: arena) }
            }
            all += features
        }
        return all
    }
}
