import LinearAlgebra
import Testing

@testable import NeuralNetwork

struct PaperCentresTests {
    /// Centres are rounded to float32, and so are the factors of the normalisations; what is compared with them is
    /// not. A wrong tap, channel or bound is off by thousands of times that.
    static let tolerance = 1e-5

    /// Keras' rule.
    static func centres(of weights: MobileNetV2Weights) -> PaperCentres {
        PaperCentres(of: weights) { PlainPaper.isResidual($0, weights) }
    }

    // MARK: By hand

    @Test func `three blocks and the last layer are what the hand computes`() {
        let weights = Self.handmade()
        let layers = PaperCentres(of: weights) { $0 == 0 || $0 == 2 }.layers
        let expected: [(index: Int, centre: [Float], bias: [Double])] = [
            // 27 taps of 1/8 on white, which is 1: 3.375 − 0.375 + 1. 27 of ½: 2 (13.5 − 1.5) − 14.5 = 9.5, above 6.
            (0, [4, 6], [0, 3.5]),
            // ¼ (1 + … + 9) · 4 − 44 − 3 = −2, below 0. 9 of 1/8 · 6 − 0.75 − 0.5.
            (1, [0, 5.5], [-2, 0]),
            // Not bounded, and the first map is added: 2 · 5.5 − 1 − 20 + 4; 0.5 · 5.5 + 0.25 + 6.
            (2, [-6, 9], [0, 0]),
            // −6 + 9; 6 + ½.
            (3, [3, 6], [0, 0.5]),
            // No kernel: what beta says, bounded.
            (4, [1, 6], [0, 1]),
            // 2 · 1 − 6. A block of stride 2 adds nothing.
            (5, [-4], [0]),
            (6, [4], [0]), (7, [2], [0]),
            // ¼ · 2, and the block's input.
            (8, [-3.5], [0]),
            (50, [1.5], [0]),
            // The features are means of the map as it is: 2 · 1.5 + 4, −2 · 1.5.
            (51, [0, 0], [7, -3]),
        ]
        for (index, centre, bias) in expected {
            #expect(layers[index].centre == centre, "\(weights.layers[index].name)")
            #expect(layers[index].bias == bias, "\(weights.layers[index].name)")
        }
    }

    @Test func `a block that adds nothing has its convolution alone`() {
        let layers = PaperCentres(of: Self.handmade()) { _ in false }.layers
        #expect(layers[2].centre == [-10, 3])
        #expect(layers[8].centre == [0.5])
    }

    @Test func `the bias holds what rounding takes from the centre`() {
        let weights = MobileNetV2Samples.weights(MobileNetV2Samples.narrow, seed: 4)
        let layer = Self.centres(of: weights).layers[2]
        #expect(layer.bias.contains { $0 != 0 })
        for (centre, bias) in zip(layer.centre, layer.bias) { #expect(abs(bias) <= Double(centre.ulp) / 2) }
    }

    // MARK: Against plain loops

    /// A padding that continues the paper: then a picture of any size is far from its borders.
    @Test(arguments: [(0.05, 1), (0.35, 7), (0.5, 4), (1, 3), (1.3, 1)])
    func `at any width, paper without borders comes to the centres in every pixel of every map`(
        _ alpha: Double, _ size: Int
    ) {
        let weights = Self.normalised(.random(alpha: alpha, seed: 3), seed: 5)
        let centres = Self.centres(of: weights).layers
        let plain = PlainPaper(weights: weights)
        var before = PlainPaper.Map(size: size, pixel: [1, 1, 1])
        var added = before
        for index in 0 ... 51 {
            var map = plain.sums(before, around: before.pixel(0), index)
            map.change { plain.normalised($0, $1, index) }
            if PlainPaper.adds(index, weights) { map.add(added) }
            if PlainPaper.isBounded(index) { map.change { value, _ in min(max(value, 0), 6) } }
            // The last layer's map is kept as it is: all that paper comes to is its bias.
            let layer = centres[index]
            let expected = index < 51 ? layer.centre.map(Double.init) : layer.bias.map { min(max($0, 0), 6) }
            let bound = Self.tolerance * expected.reduce(1) { max($0, abs($1)) }
            for pixel in 0 ..< map.size * map.size {
                let worst = zip(map.pixel(pixel), expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
                #expect(worst <= bound, "\(weights.layers[index].name), pixel \(pixel)")
            }
            // On from what was rounded: errors of 52 layers would add up to more than one of them may be.
            before = PlainPaper.Map(size: map.size, pixel: layer.centre.map(Double.init))
            if PlainPaper.endsBlock(index) { added = before }
        }
    }

    /// What the kernels do: no map is there as it is, each is less its centre, and borders are padded with what zero
    /// is then. Ink or paper, the network is the one that Keras computes.
    @Test(arguments: [33, 40, 47])
    func `a network kept less its centres is the same network, borders included`(_ size: Int) throws {
        for weights in [
            MobileNetV2Samples.weights(MobileNetV2Samples.odd, expansion: 3, seed: 2),
            Self.normalised(.random(alpha: 0.1, seed: 8), seed: 9),
        ] {
            let centres = Self.centres(of: weights).layers
            let plain = PlainPaper(weights: weights)
            for image in MobileNetV2Samples.images(2, size: size, seed: 6) {
                let expected = MobileNetV2Reference(weights: weights).run(image)
                // Less white, which is 1; outside is 0.
                var map = PlainPaper.Map(image, lessWhite: 3)
                var around: [Double] = [-1, -1, -1]
                var added = map
                for index in 0 ... 51 {
                    let layer = centres[index]
                    map = plain.sums(map, around: around, index)
                    map.change { $0 * plain.factor(index, $1) + layer.bias[$1] }
                    if PlainPaper.adds(index, weights) { map.add(added) }
                    if PlainPaper.isBounded(index) {
                        map.change { min(max($0, -Double(layer.centre[$1])), 6 - Double(layer.centre[$1])) }
                    }
                    around = layer.centre.map { -Double($0) }
                    guard PlainPaper.endsBlock(index) else { continue }
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

    /// Two channels before block 1, one from there on, two features; all weights zero but those named here.
    static func handmade() -> MobileNetV2Weights {
        let widths = (first: 2, blocks: [2] + [Int](repeating: 1, count: 16), last: 2)
        var layers = MobileNetV2Samples.weights(widths, expansion: 1, seed: 1).layers
        for index in layers.indices {
            let channels = layers[index].channels
            layers[index].kernel = [Float](repeating: 0, count: layers[index].kernel.count)
            layers[index].mean = [Float](repeating: 0, count: channels)
            layers[index].beta = layers[index].mean
            // gamma / √(0.249 + 0.001) is twice gamma.
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

    /// The same with batch normalisation that is not the identity.
    static func normalised(_ weights: MobileNetV2Weights, seed: UInt64) -> MobileNetV2Weights {
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
