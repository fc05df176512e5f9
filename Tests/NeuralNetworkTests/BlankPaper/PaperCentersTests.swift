import LinearAlgebra
import Testing

@testable import NeuralNetwork

struct PaperCentersTests {
    /// Allows for the rounding of centers and normalization factors to float32. A wrong tap, channel or bound exceeds
    /// it thousands of times.
    static let tolerance = 1e-5

    /// Returns the centers with residuals by the rule of Keras.
    static func centers(of weights: MobileNetV2Weights) -> PaperCenters {
        PaperCenters(of: weights) { NaivePaper.isResidual($0, weights) }
    }

    // MARK: By hand

    @Test func `three blocks and the last layer computed by hand`() {
        let weights = Self.handmade()
        let layers = PaperCenters(of: weights) { $0 == 0 || $0 == 2 }.layers
        let expected: [(index: Int, center: [Float], bias: [Double])] = [
            // 27 taps of 1/8 on white, which is 1: 3.375 − 0.375 + 1. 27 of ½: 2 (13.5 − 1.5) − 14.5 = 9.5, above 6.
            (0, [4, 6], [0, 3.5]),
            // ¼ (1 + … + 9) · 4 − 44 − 3 = −2, below 0. 9 of 1/8 · 6 − 0.75 − 0.5.
            (1, [0, 5.5], [-2, 0]),
            // Without ReLU6, plus the first map: 2 · 5.5 − 1 − 20 + 4; 0.5 · 5.5 + 0.25 + 6.
            (2, [-6, 9], [0, 0]),
            // −6 + 9; 6 + ½.
            (3, [3, 6], [0, 0.5]),
            // A zero kernel gives beta, bounded by ReLU6.
            (4, [1, 6], [0, 1]),
            // 2 · 1 − 6. A block of stride 2 has no residual.
            (5, [-4], [0]),
            (6, [4], [0]), (7, [2], [0]),
            // ¼ · 2 plus the block's input.
            (8, [-3.5], [0]),
            (50, [1.5], [0]),
            // The features are means of the uncentered map: 2 · 1.5 + 4, −2 · 1.5.
            (51, [0, 0], [7, -3]),
        ]
        for (index, center, bias) in expected {
            #expect(layers[index].center == center, "\(weights.layers[index].name)")
            #expect(layers[index].bias == bias, "\(weights.layers[index].name)")
        }
    }

    @Test func `a block without residual has only its convolution`() {
        let layers = PaperCenters(of: Self.handmade()) { _ in false }.layers
        #expect(layers[2].center == [-10, 3])
        #expect(layers[8].center == [0.5])
    }

    @Test func `the bias contains the rounding error of the center`() {
        let weights = MobileNetV2Samples.weights(MobileNetV2Samples.narrow, seed: 4)
        let layer = Self.centers(of: weights).layers[2]
        #expect(layer.bias.contains { $0 != 0 })
        for (center, bias) in zip(layer.center, layer.bias) { #expect(abs(bias) <= Double(center.ulp) / 2) }
    }

    // MARK: Comparison with a naive implementation

    /// The padding continues the paper, so that every pixel is far from the borders.
    @Test(arguments: [(0.05, 1), (0.35, 7), (0.5, 4), (1, 3), (1.3, 1)])
    func `at any width, paper without borders equals the centers in every pixel of every map`(
        _ alpha: Double, _ size: Int
    ) {
        let weights = Self.normalized(.random(alpha: alpha, seed: 3), seed: 5)
        let centers = Self.centers(of: weights).layers
        let plain = NaivePaper(weights: weights)
        var before = NaivePaper.Map(size: size, pixel: [1, 1, 1])
        var added = before
        for index in 0 ... 51 {
            var map = plain.sums(before, around: before.pixel(0), index)
            map.change { plain.normalized($0, $1, index) }
            if NaivePaper.adds(index, weights) { map.add(added) }
            if NaivePaper.isBounded(index) { map.change { value, _ in min(max(value, 0), 6) } }
            // The last layer's map is not centered. Its value on paper is its bias.
            let layer = centers[index]
            let expected = index < 51 ? layer.center.map(Double.init) : layer.bias.map { min(max($0, 0), 6) }
            let bound = Self.tolerance * expected.reduce(1) { max($0, abs($1)) }
            for pixel in 0 ..< map.size * map.size {
                let worst = zip(map.pixel(pixel), expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
                #expect(worst <= bound, "\(weights.layers[index].name), pixel \(pixel)")
            }
            // Continues with the rounded values, because the errors of 52 layers would add up.
            before = NaivePaper.Map(size: map.size, pixel: layer.center.map(Double.init))
            if NaivePaper.endsBlock(index) { added = before }
        }
    }

    /// Computes centered maps like the kernels, with borders padded with the centered value of zero. The results must
    /// be those of the network without centers.
    @Test(arguments: [33, 40, 47])
    func `a centered network gives the same results, including the borders`(_ size: Int) throws {
        for weights in [
            MobileNetV2Samples.weights(MobileNetV2Samples.odd, expansion: 3, seed: 2),
            Self.normalized(.random(alpha: 0.1, seed: 8), seed: 9),
        ] {
            let centers = Self.centers(of: weights).layers
            let plain = NaivePaper(weights: weights)
            for image in MobileNetV2Samples.images(2, size: size, seed: 6) {
                let expected = MobileNetV2Reference(weights: weights).run(image)
                // Minus white, which is 1. The padding is 0.
                var map = NaivePaper.Map(image, lessWhite: 3)
                var around: [Double] = [-1, -1, -1]
                var added = map
                for index in 0 ... 51 {
                    let layer = centers[index]
                    map = plain.sums(map, around: around, index)
                    map.change { $0 * plain.factor(index, $1) + layer.bias[$1] }
                    if NaivePaper.adds(index, weights) { map.add(added) }
                    if NaivePaper.isBounded(index) {
                        map.change { min(max($0, -Double(layer.center[$1])), 6 - Double(layer.center[$1])) }
                    }
                    around = layer.center.map { -Double($0) }
                    guard NaivePaper.endsBlock(index) else { continue }
                    added = map
                    guard index > 0 else { continue }
                    let block = expected.blocks[index / 3]
                    let whole = map.values.indices.map { map.values[$0] - around[$0 % map.channels] }
                    let difference = MobileNetV2Tests.difference(whole.map(Float.init)[...], block.values)
                    #expect(difference <= Self.tolerance, "\(weights.layers[index].name)")
                }
                let features = (0 ..< map.channels).map { channel in
                    let pixels = map.size * map.size
                    return (0 ..< pixels).reduce(0.0) { $0 + map.pixel($1)[channel] } / Double(pixels)
                }
                #expect(
                    MobileNetV2Tests.difference(features.map(Float.init)[...], expected.features) <= Self.tolerance)
            }
        }
    }

    // MARK: Samples

    /// Returns a network with two channels before block 1, one from there on, and two features. Weights that are not
    /// set here are zero.
    static func handmade() -> MobileNetV2Weights {
        let widths = (first: 2, blocks: [2] + [Int](repeating: 1, count: 16), last: 2)
        var layers = MobileNetV2Samples.weights(widths, expansion: 1, seed: 1).layers
        for index in layers.indices {
            let channels = layers[index].channels
            layers[index].kernel = [Float](repeating: 0, count: layers[index].kernel.count)
            layers[index].mean = [Float](repeating: 0, count: channels)
            layers[index].beta = layers[index].mean
            // gamma / √(0.249 + 0.001) = 2 gamma.
            layers[index].gamma = [Float](repeating: 0.5, count: channels)
            layers[index].variance = [Float](repeating: 0.249, count: channels)
        }
        func set(_ index: Int, _ kernel: [Float]?, mean: [Float]? = nil, beta: [Float]? = nil) {
            if let kernel { layers[index].kernel = kernel }
            if let mean { layers[index].mean = mean }
            if let beta { layers[index].beta = beta }
        }
        set(0, (0 ..< 27).flatMap { _ in [0.125, 0.5] }, mean: [0.375, 1.5], beta: [1, -14.5])
        layers[0].gamma[1] = 1
        set(1, (1 ... 9).flatMap { [0.25 * Float($0), 0.125] }, mean: [44, 0.75], beta: [-3, -0.5])
        set(2, [3, 0, 2, 0.5], mean: [1, -0.25], beta: [-20, 0])
        set(3, [1, -1, 1, 0], beta: [0, 0.5])
        set(4, nil, beta: [1, 7])
        set(5, [2, -1])
        set(6, [-1])
        set(7, nil, beta: [2])
        set(8, [0.25])
        set(50, nil, beta: [1.5])
        set(51, [2, -2], beta: [4, 0])
        return MobileNetV2Weights(layers: layers)
    }

    /// Returns the network with random batch normalization.
    static func normalized(_ weights: MobileNetV2Weights, seed: UInt64) -> MobileNetV2Weights {
        var generator = SeededGenerator(seed: seed)
        return MobileNetV2Weights(
            layers: weights.layers.map { layer in
                var layer = layer
                for channel in 0 ..< layer.channels {
                    layer.gamma[channel] = Float(generator.uniform(in: 0.7 ... 1.3))
                    layer.beta[channel] = Float(generator.normal() * 0.5)
                    layer.mean[channel] = Float(generator.normal() * 0.2)
                    layer.variance[channel] = Float(generator.uniform(in: 0.5 ... 1.5))
                }
                return layer
            })
    }
}
