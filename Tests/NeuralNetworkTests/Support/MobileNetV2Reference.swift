import Imaging
import LinearAlgebra
import NeuralNetwork

/// A naive implementation of MobileNetV2 in double precision without folding, for comparison.
///
/// Maps are height × width × channels, row-major.
struct MobileNetV2Reference {
    struct Map {
        var size: Int
        var channels: Int
        var values: [Double]
    }

    let weights: MobileNetV2Weights

    /// Returns the features of one image, and the maps after the 17 blocks.
    func run(_ image: GrayImage) -> (features: [Double], blocks: [Map]) {
        let channels = weights.layers[0].shape[2]
        let scaled = image.pixels.flatMap { [Double](repeating: Double($0) / 127.5 - 1, count: channels) }
        var map = Map(size: image.width, channels: channels, values: scaled)
        map = relu6(normalized(convolved(map, 0, stride: 2), 0))
        var blocks: [Map] = []
        for block in 0 ... 16 {
            let input = map
            if block > 0 { map = relu6(normalized(convolved(map, 3 * block, stride: 1), 3 * block)) }
            let stride = [1, 3, 6, 13].contains(block) ? 2 : 1
            map = relu6(normalized(filtered(map, 3 * block + 1, stride: stride), 3 * block + 1))
            map = normalized(convolved(map, 3 * block + 2, stride: 1), 3 * block + 2)
            if stride == 1, map.channels == input.channels {
                for index in map.values.indices { map.values[index] += input.values[index] }
            }
            blocks.append(map)
        }
        map = relu6(normalized(convolved(map, 51, stride: 1), 51))
        let pixels = map.size * map.size
        let features = (0 ..< map.channels).map { channel in
            (0 ..< pixels).reduce(0.0) { $0 + map.values[$1 * map.channels + channel] } / Double(pixels)
        }
        return (features, blocks)
    }

    /// Returns the zero rows and columns before the first. At stride 2, Keras pads an even map only after the last.
    private func padding(_ size: Int, kernel: Int, stride: Int) -> Int {
        kernel == 1 || (stride == 2 && size.isMultiple(of: 2)) ? 0 : 1
    }

    private func convolved(_ input: Map, _ index: Int, stride: Int) -> Map {
        let layer = weights.layers[index]
        let (kernel, channels) = (layer.shape[0], layer.shape[3])
        let pad = padding(input.size, kernel: kernel, stride: stride)
        let size = (input.size + stride - 1) / stride
        var values = [Double](repeating: 0, count: size * size * channels)
        forEachTap(size, input.size, kernel, stride, pad) { output, from, tap in
            for channelIn in 0 ..< input.channels {
                let value = input.values[from * input.channels + channelIn]
                if value == 0 { continue }
                let row = (tap * input.channels + channelIn) * channels
                for channel in 0 ..< channels {
                    values[output * channels + channel] += value * Double(layer.kernel[row + channel])
                }
            }
        }
        return Map(size: size, channels: channels, values: values)
    }

    private func filtered(_ input: Map, _ index: Int, stride: Int) -> Map {
        let layer = weights.layers[index]
        let pad = padding(input.size, kernel: 3, stride: stride)
        let size = (input.size + stride - 1) / stride
        var values = [Double](repeating: 0, count: size * size * input.channels)
        forEachTap(size, input.size, 3, stride, pad) { output, from, tap in
            for channel in 0 ..< input.channels {
                values[output * input.channels + channel] +=
                    input.values[from * input.channels + channel] * Double(layer.kernel[tap * input.channels + channel])
            }
        }
        return Map(size: size, channels: input.channels, values: values)
    }

    /// Calls `body` with an output pixel, an input pixel and the kernel tap that connects them.
    private func forEachTap(
        _ size: Int, _ sizeIn: Int, _ kernel: Int, _ stride: Int, _ pad: Int, _ body: (Int, Int, Int) -> Void
    ) {
        for y in 0 ..< size {
            for x in 0 ..< size {
                for tapY in 0 ..< kernel {
                    for tapX in 0 ..< kernel {
                        let (fromY, fromX) = (y * stride + tapY - pad, x * stride + tapX - pad)
                        guard fromY >= 0, fromY < sizeIn, fromX >= 0, fromX < sizeIn else { continue }
                        body(y * size + x, fromY * sizeIn + fromX, tapY * kernel + tapX)
                    }
                }
            }
        }
    }

    private func normalized(_ map: Map, _ index: Int) -> Map {
        let layer = weights.layers[index]
        var map = map
        let factors = (0 ..< map.channels).map {
            Double(layer.gamma[$0]) / (Double(layer.variance[$0]) + 0.001).squareRoot()
        }
        for position in map.values.indices {
            let channel = position % map.channels
            map.values[position] =
                (map.values[position] - Double(layer.mean[channel])) * factors[channel] + Double(layer.beta[channel])
        }
        return map
    }

    private func relu6(_ map: Map) -> Map {
        var map = map
        for index in map.values.indices { map.values[index] = min(max(map.values[index], 0), 6) }
        return map
    }
}
