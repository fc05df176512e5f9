import LinearAlgebra

/// The dense head in double precision: logits from features, and gradients.
struct DenseHead {
    let kernel: ArraySlice<Float>  // features × labels
    let bias: ArraySlice<Float>

    private var labels: Int { bias.count }
    private var features: Int { kernel.count / labels }

    /// - Parameters:
    ///   - features: images × `stride`.
    ///   - dropout: images × features.
    /// - Returns: images × labels.
    func logits(features: UnsafePointer<Float>, stride: Int, images: Int, dropout: [Float]) -> [Double] {
        let bias = bias.map(Double.init)
        var logits: [Double] = []
        kernel.withUnsafeBufferPointer { kernel in
            for image in 0 ..< images {
                var sums = bias
                for channel in 0 ..< self.features {
                    let value = Double(features[image * stride + channel] * dropout[image * self.features + channel])
                    for label in 0 ..< labels { sums[label] += value * Double(kernel[channel * labels + label]) }
                }
                logits += sums
            }
        }
        return logits
    }

    /// - Parameters:
    ///   - slopes: images × labels, the gradient of the loss with respect to the logits.
    ///   - featureSlopes: images × `stride`, overwritten.
    /// - Returns: the gradients of kernel and bias.
    func backward(
        slopes: [Double], features: UnsafePointer<Float>, featureSlopes: UnsafeMutablePointer<Float>, stride: Int,
        images: Int, dropout: [Float]
    ) -> (kernel: [Double], bias: [Double]) {
        var byKernel = [Double](repeating: 0, count: kernel.count)
        var byBias = [Double](repeating: 0, count: bias.count)
        kernel.withUnsafeBufferPointer { kernel in
            for image in 0 ..< images {
                for label in 0 ..< labels { byBias[label] += slopes[image * labels + label] }
                for channel in 0 ..< self.features {
                    let kept = dropout[image * self.features + channel]
                    let value = Double(features[image * stride + channel] * kept)
                    var sum = 0.0
                    for label in 0 ..< labels {
                        let slope = slopes[image * labels + label]
                        byKernel[channel * labels + label] += slope * value
                        sum += slope * Double(kernel[channel * labels + label])
                    }
                    featureSlopes[image * stride + channel] = Float(sum * Double(kept))
                }
            }
        }
        return (byKernel, byBias)
    }
}

/// Sets random features to zero and scales the others so that the mean is preserved.
///
/// - Source: Srivastava et al., JMLR 15 (2014), with inverted scaling during training.
struct Dropout {
    let rate: Double
    let seed: UInt64

    /// Returns the factors of the features: images × features. Every image has its own generator.
    func factors(images: Int, features: Int) -> [Float] {
        guard rate > 0 else { return Array(repeating: 1, count: images * features) }
        let kept = Float(1 / (1 - rate))
        return (0 ..< images).flatMap { image in
            var generator = SeededGenerator(seed: seed, purpose: "dropout", index: image)
            return (0 ..< features).map { _ in generator.uniform() < rate ? 0 : kept }
        }
    }
}
