import Imaging
import LinearAlgebra
import NeuralNetwork

/// Random networks and images, small enough for the naive implementation.
enum MobileNetV2Samples {
    /// The output channels of each block of a MobileNetV2 of width 0.35, with fewer features.
    static let narrow = (
        first: 16, blocks: [8, 8, 8, 16, 16, 16, 24, 24, 24, 24, 32, 32, 32, 56, 56, 56, 112], last: 160
    )

    /// Widths that are not multiples of a vector size.
    static let odd = (first: 5, blocks: [3, 7, 7, 9, 9, 9, 17, 17, 17, 17, 19, 19, 19, 33, 33, 33, 21], last: 37)

    /// Returns random weights with random batch normalization, whose activations neither vanish nor explode.
    ///
    /// - Parameter expansion: the factor by which a block expands its input channels.
    static func weights(
        _ widths: (first: Int, blocks: [Int], last: Int), expansion: Int = 6, seed: UInt64
    ) -> MobileNetV2Weights {
        var generator = SeededGenerator(seed: seed)
        var layers: [MobileNetV2Weights.Layer] = []
        func add(_ name: String, _ shape: [Int]) {
            let depthwise = name.hasSuffix("depthwise")
            let inputs = depthwise ? 9 : shape[0] * shape[1] * shape[2]
            let scale = (2 / Double(inputs)).squareRoot()
            let channels = depthwise ? shape[2] : shape[3]
            func values(_ count: Int, _ make: () -> Double) -> [Float] { (0 ..< count).map { _ in Float(make()) } }
            layers.append(
                .init(
                    name: name, shape: shape, kernel: values(shape.reduce(1, *)) { generator.normal() * scale },
                    gamma: values(channels) { generator.uniform(in: 0.7 ... 1.3) },
                    beta: values(channels) { generator.normal() * 0.3 },
                    mean: values(channels) { generator.normal() * 0.2 },
                    variance: values(channels) { generator.uniform(in: 0.5 ... 1.5) }))
        }
        add("Conv1", [3, 3, 3, widths.first])
        add("expanded_conv_depthwise", [3, 3, widths.first, 1])
        add("expanded_conv_project", [1, 1, widths.first, widths.blocks[0]])
        for block in 1 ... 16 {
            let (input, output) = (widths.blocks[block - 1], widths.blocks[block])
            add("block_\(block)_expand", [1, 1, input, expansion * input])
            add("block_\(block)_depthwise", [3, 3, expansion * input, 1])
            add("block_\(block)_project", [1, 1, expansion * input, output])
        }
        add("Conv_1", [1, 1, widths.blocks[16], widths.last])
        return MobileNetV2Weights(layers: layers)
    }

    /// Returns images of noise, and of paper with a line of ink.
    static func images(_ count: Int, size: Int, seed: UInt64) -> [GrayImage] {
        (0 ..< count).map { index in
            var generator = SeededGenerator(seed: seed, purpose: "image", index: index)
            var pixels = [UInt8](repeating: 255, count: size * size)
            if index.isMultiple(of: 2) {
                for pixel in pixels.indices { pixels[pixel] = UInt8(generator.integer(below: 256)) }
            } else {
                var y = size / 2
                for x in 0 ..< size {
                    y = min(max(y + generator.integer(below: 7) - 3, 0), size - 1)
                    pixels[y * size + x] = 0
                }
            }
            return GrayImage(width: size, height: size, pixels: pixels)
        }
    }

    /// Returns images with much or little paper: blank, nearly white, a pixel of ink in every corner, on every edge and
    /// elsewhere, frames, checkerboards, lines, boxes of noise, and full of ink.
    static func papers(size: Int, seed: UInt64) -> [GrayImage] {
        var generator = SeededGenerator(seed: seed)
        func picture(_ level: (_ x: Int, _ y: Int) -> UInt8) -> GrayImage {
            GrayImage(width: size, height: size, pixels: (0 ..< size * size).map { level($0 % size, $0 / size) })
        }
        let end = size - 1
        var pictures = [picture { _, _ in 255 }, picture { _, _ in 254 }, picture { _, _ in 0 }]
        var places = [(0, 0), (0, end), (end, 0), (end, end), (size / 2, 0), (0, size / 2), (end, size / 2)]
        for _ in 0 ..< 6 { places.append((generator.integer(below: size), generator.integer(below: size))) }
        for place in places { pictures.append(picture { x, y in (x, y) == place ? 0 : 255 }) }
        for inset in [0, 1, size / 3] {
            pictures.append(
                picture { x, y in
                    let edge = min(min(x, y), min(end - x, end - y))
                    return edge == inset ? 60 : 255
                })
        }
        // Squares of ink with gaps of every width between the pixels that they reach.
        for (square, period) in [(1, 2), (1, 7), (2, 8), (1, 13), (3, 16), (1, 31)] {
            pictures.append(
                picture { x, y in
                    let odd = (x / period + y / period) % 2 == 1
                    return odd && x % period < square && y % period < square ? 20 : 255
                })
        }
        for _ in 0 ..< 6 {
            let (width, height) = (1 + generator.integer(below: size / 3), 1 + generator.integer(below: size / 3))
            let (left, top) = (generator.integer(below: size - width), generator.integer(below: size - height))
            pictures.append(
                picture { x, y in
                    let inside = (left ..< left + width).contains(x) && (top ..< top + height).contains(y)
                    return inside ? UInt8(generator.integer(below: 256)) : 255
                })
        }
        return pictures + images(4, size: size, seed: seed)
    }
}
