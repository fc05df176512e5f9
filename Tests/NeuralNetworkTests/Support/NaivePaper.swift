import Imaging
import NeuralNetwork

/// A naive implementation of convolutions in double precision, over images with any padding, for comparison.
struct NaivePaper {
    /// A square map: height × width × channels, row-major.
    struct Map {
        let size: Int
        let channels: Int
        private(set) var values: [Double]

        /// Creates a constant map.
        init(size: Int, pixel: [Double]) {
            self.size = size
            channels = pixel.count
            values = (0 ..< size * size).flatMap { _ in pixel }
        }

        /// Creates a map with equal channels from an image on the network's scale, with white as 0.
        init(_ image: GrayImage, lessWhite channels: Int) {
            size = image.width
            self.channels = channels
            values = image.pixels.flatMap { [Double](repeating: (Double($0) - 255) / 127.5, count: channels) }
        }

        func pixel(_ index: Int) -> [Double] { Array(values[index * channels ..< (index + 1) * channels]) }

        mutating func set(_ pixel: Int, _ content: [Double]) {
            values.replaceSubrange(pixel * channels ..< (pixel + 1) * channels, with: content)
        }

        mutating func add(_ other: Map) {
            precondition(values.count == other.values.count)
            for index in values.indices { values[index] += other.values[index] }
        }

        /// Replaces each value by a function of value and channel.
        mutating func change(_ new: (_ value: Double, _ channel: Int) -> Double) {
            for index in values.indices { values[index] = new(values[index], index % channels) }
        }
    }

    let weights: MobileNetV2Weights

    /// Returns one of the 52 convolutions without its batch normalization.
    ///
    /// - Parameter around: the padding of each channel.
    func sums(_ map: Map, around: [Double], _ index: Int) -> Map {
        let layer = weights.layers[index]
        let (side, stride) = (layer.shape[0], Self.stride(index))
        // At stride 2, Keras pads an even map only after its last row and column.
        let before = side == 1 || (stride == 2 && map.size.isMultiple(of: 2)) ? 0 : 1
        var padded = Map(size: map.size + side - 1, pixel: around)
        for y in 0 ..< map.size {
            for x in 0 ..< map.size { padded.set((y + before) * padded.size + x + before, map.pixel(y * map.size + x)) }
        }
        let size = (map.size + stride - 1) / stride
        var sums = Map(size: size, pixel: [Double](repeating: 0, count: layer.channels))
        for y in 0 ..< size {
            for x in 0 ..< size {
                var pixel = [Double](repeating: 0, count: layer.channels)
                for tap in 0 ..< side * side {
                    let place = (y * stride + tap / side) * padded.size + x * stride + tap % side
                    for (channelIn, value) in padded.pixel(place).enumerated() {
                        if Self.isDepthwise(index) {
                            pixel[channelIn] += value * Double(layer.kernel[tap * map.channels + channelIn])
                            continue
                        }
                        let row = (tap * map.channels + channelIn) * layer.channels
                        for channel in 0 ..< layer.channels {
                            pixel[channel] += value * Double(layer.kernel[row + channel])
                        }
                    }
                }
                sums.set(y * size + x, pixel)
            }
        }
        return sums
    }

    /// γ / √(σ² + ε).
    func factor(_ index: Int, _ channel: Int) -> Double {
        Double(weights.layers[index].gamma[channel])
            / (Double(weights.layers[index].variance[channel]) + 0.001).squareRoot()
    }

    func normalized(_ value: Double, _ channel: Int, _ index: Int) -> Double {
        let layer = weights.layers[index]
        return (value - Double(layer.mean[channel])) * factor(index, channel) + Double(layer.beta[channel])
    }

    // MARK: The order of the layers

    static func isDepthwise(_ index: Int) -> Bool { index % 3 == 1 }

    /// Whether ReLU6 follows, which projections do not have.
    static func isBounded(_ index: Int) -> Bool { index % 3 != 2 }

    /// Whether the map is a block's output or that of the first convolution, which the first block may add.
    static func endsBlock(_ index: Int) -> Bool { index % 3 == 2 || index == 0 }

    static func stride(_ index: Int) -> Int { [0, 4, 10, 19, 40].contains(index) ? 2 : 1 }

    /// Whether a block adds its input to its output, which requires equal shapes.
    static func isResidual(_ block: Int, _ weights: MobileNetV2Weights) -> Bool {
        let into = block == 0 ? weights.layers[0].channels : weights.layers[3 * block].shape[2]
        return ![1, 3, 6, 13].contains(block) && into == weights.layers[3 * block + 2].channels
    }

    static func adds(_ index: Int, _ weights: MobileNetV2Weights) -> Bool {
        index % 3 == 2 && isResidual(index / 3, weights)
    }
}
