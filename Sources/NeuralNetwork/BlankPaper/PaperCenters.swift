/// The values of each layer on a blank page far from its borders, called centers, and the biases of a centered network.
///
/// Most of an ECG is blank paper, where every pixel has the same rounding error and averaging does not reduce it.
/// Kernels whose weights nearly cancel made this more than half of the error of the features. Stored as a difference
/// from its center, a map is exactly zero on paper. The contribution of paper is in the biases, which are computed in
/// double precision.
struct PaperCenters {
    /// One of the 52 convolutions.
    struct Layer {
        /// The values subtracted from the map: one per channel, after ReLU6 and residual. Zeros after the last
        /// convolution, whose mean is the features.
        let center: [Float]
        /// The bias of the convolution of a centered map: batch normalization and both centers.
        let bias: [Double]
    }

    private(set) var layers: [Layer] = []

    /// - Parameters:
    ///   - isResidual: whether a block adds its input to its output. The first block adds the map of the first
    ///     convolution.
    init(of weights: MobileNetV2Weights, isResidual: (_ block: Int) -> Bool) {
        // White is 1 on the network's scale.
        var before = [Float](repeating: 1, count: weights.layers[0].shape[2])
        var added: [Float] = []
        for (index, layer) in weights.layers.enumerated() {
            let (block, step) = index.quotientAndRemainder(dividingBy: 3)
            var paper = Self.convolved(before, layer)
            let center: [Float]
            if index == weights.layers.count - 1 {
                center = [Float](repeating: 0, count: paper.count)
            } else if step == 2 {
                if isResidual(block) {
                    for channel in paper.indices { paper[channel] += Double(added[channel]) }
                }
                center = paper.map { Float($0) }
            } else {
                center = paper.map { Float(min(max($0, 0), 6)) }
            }
            layers.append(Layer(center: center, bias: zip(paper, center).map { $0 - Double($1) }))
            before = center
            if step == 2 || index == 0 { added = center }
        }
    }

    /// Returns a convolution with batch normalization of a constant map.
    private static func convolved(_ map: [Float], _ layer: MobileNetV2Weights.Layer) -> [Double] {
        let channels = layer.channels
        let isDepthwise = layer.shape[3] == 1 && layer.shape[0] == 3 && layer.shape[2] == channels
        var sums = [Double](repeating: 0, count: channels)
        // Pointers are faster. A network has millions of weights and is loaded by each command.
        layer.kernel.withUnsafeBufferPointer { kernel in
            sums.withUnsafeMutableBufferPointer { sums in
                for row in 0 ..< kernel.count / channels {
                    let weights = UnsafeBufferPointer(rebasing: kernel[row * channels ..< (row + 1) * channels])
                    if isDepthwise {
                        for channel in 0 ..< channels {
                            sums[channel] += Double(weights[channel]) * Double(map[channel])
                        }
                    } else {
                        let value = Double(map[row % map.count])
                        for channel in 0 ..< channels { sums[channel] += Double(weights[channel]) * value }
                    }
                }
            }
        }
        let factors = LayerPacker.factors(of: layer)
        return sums.indices.map {
            (sums[$0] - Double(layer.mean[$0])) * factors[$0] + Double(layer.beta[$0])
        }
    }
}
