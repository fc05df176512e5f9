/// What each layer makes of a blank page far from its borders, and the biases of a network whose maps are kept less
/// that.
///
/// Most of an ECG is paper, where every pixel makes the same rounding error and no mean removes it: with kernels that
/// nearly cancel, that was more than half of the error of the features. Less what it is on paper, a map is zero there:
/// nothing is left to be rounded, and what the paper comes to is in the biases, in double precision.
struct PaperCentres {
    /// One of the 52 convolutions.
    struct Layer {
        /// What its map is kept less of: a value for each channel, ReLU6 and residual included; zeros behind the last,
        /// whose mean the features are.
        let centre: [Float]
        /// What the convolution of a map less its centre lacks: batch normalisation, and both centres.
        let bias: [Double]
    }

    private(set) var layers: [Layer] = []

    /// - Parameters:
    ///   - isResidual: whether a block adds its input to its output; the first adds the first convolution's map.
    init(of weights: MobileNetV2Weights, isResidual: (_ block: Int) -> Bool) {
        // White is 1 in the network's scale.
        var before = [Float](repeating: 1, count: weights.layers[0].shape[2])
        var added: [Float] = []
        for (index, layer) in weights.layers.enumerated() {
            let (block, step) = index.quotientAndRemainder(dividingBy: 3)
            var paper = Self.convolved(before, layer)
            let centre: [Float]
            if index == weights.layers.count - 1 {
                centre = [Float](repeating: 0, count: paper.count)
            } else if step == 2 {
                if isResidual(block) {
                    for channel in paper.indices { paper[channel] += Double(added[channel]) }
                }
                centre = paper.map { Float($0) }
            } else {
                centre = paper.map { Float(min(max($0, 0), 6)) }
            }
            layers.append(Layer(centre: centre, bias: zip(paper, centre).map { $0 - Double($1) }))
            before = centre
            if step == 2 || index == 0 { added = centre }
        }
    }

    /// A convolution of any kind, of a map that has the same value everywhere, and its batch normalisation.
    private static func convolved(_ map: [Float], _ layer: MobileNetV2Weights.Layer) -> [Double] {
        let channels = layer.channels
        let isDepthwise = layer.shape[3] == 1 && layer.shape[0] == 3 && layer.shape[2] == channels
        var sums = [Double](repeating: 0, count: channels)
        // Through pointers: a network has millions of weights, and is loaded with each command.
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
