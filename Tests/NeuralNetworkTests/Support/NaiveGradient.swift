@testable import NeuralNetwork

/// A naive implementation of loss and gradient in double precision, for comparison.
///
/// Maps are image × height × width × channels, row-major. Normalization is a separate step after every convolution.
struct NaiveGradient {
    struct Result {
        var loss: Double
        var scores: [Double]
        var gradient: [Double]
        var moving: [Double]
    }

    let layout: ParameterLayout
    let inputSize: Int
    let loss: SigmoidLoss
    let batchNormalization: BatchNormalization
    let frozen: Set<String>
    /// ε of the normalizations: 10⁻³ rounded to float32, as in the network.
    var epsilon = Double(MobileNetV2Weights.epsilon)

    /// The values of one convolution's forward pass that the backward pass needs.
    private struct Step {
        let layer: ParameterLayout.Convolution
        let size, sizeOut, stride: Int
        let isClipped: Bool
        let input: Map
        let normalized: Map  // (z − mean) / √(variance + ε)
        let output: Map
        let inverse: [Double]
        let usesBatch: Bool
    }

    final class Map {
        let count: Int
        let at: UnsafeMutablePointer<Double>

        init(_ count: Int) {
            self.count = count
            at = .allocate(capacity: count)
            at.initialize(repeating: 0, count: count)
        }

        deinit { at.deallocate() }
    }

    func run(
        parameters: [Double], moving: [Double], images: [UInt8], targets: [Float], dropout: [Float],
        computesGradient: Bool = true
    ) -> Result {
        let count = images.count / (inputSize * inputSize)
        var moving = moving
        var gradient = [Double](repeating: 0, count: parameters.count)

        // Forward.
        var steps: [Step] = []
        var map = Map(images.count)
        for index in 0 ..< images.count { map.at[index] = Double(images[index]) / 127.5 - 1 }
        var size = inputSize
        var shortcut = map
        var residuals = Set<Int>()
        for (index, layer) in layout.convolutions.enumerated() {
            // The shortcut of a block starts before its expansion. In the first block it starts after `Conv1`.
            if index == 1 || (index > 2 && index % 3 == 0) { shortcut = map }
            let isClipped = !layer.name.hasSuffix("project")
            let isStrided =
                index == 0 || (layer.isDepthwise && MobileNetV2Weights.strideTwoBlocks.contains(index / 3))
            let step = forward(
                layer, map, count: count, size: size, stride: isStrided ? 2 : 1, isClipped: isClipped, parameters,
                &moving)
            steps.append(step)
            map = step.output
            if !isClipped, shortcut.count == map.count, step.sizeOut == steps[index - 1].size {
                let sum = Map(map.count)
                for place in 0 ..< map.count { sum.at[place] = map.at[place] + shortcut.at[place] }
                map = sum
                residuals.insert(index)
            }
            size = step.sizeOut
        }

        // Head.
        let features = layout.featureCount
        let labels = layout.labelCount
        let pixels = size * size
        let pooled = Map(count * features)
        for image in 0 ..< count {
            for pixel in 0 ..< pixels {
                for channel in 0 ..< features {
                    pooled.at[image * features + channel] +=
                        map.at[(image * pixels + pixel) * features + channel] / Double(pixels)
                }
            }
        }
        for place in 0 ..< pooled.count { pooled.at[place] *= Double(dropout[place]) }
        var logits = [Double](repeating: 0, count: count * labels)
        for image in 0 ..< count {
            for label in 0 ..< labels {
                var sum = parameters[layout.headBias.lowerBound + label]
                for channel in 0 ..< features {
                    sum +=
                        pooled.at[image * features + channel]
                        * parameters[layout.headKernel.lowerBound + channel * labels + label]
                }
                logits[image * labels + label] = sum
            }
        }
        let (value, byLogit, scores) = loss.evaluate(logits: logits, targets: targets)
        guard computesGradient else { return Result(loss: value, scores: scores, gradient: [], moving: moving) }

        // Backward.
        var above = Map(count * pixels * features)
        for image in 0 ..< count {
            for label in 0 ..< labels {
                let slope = byLogit[image * labels + label]
                gradient[layout.headBias.lowerBound + label] += slope
                for channel in 0 ..< features {
                    let place = layout.headKernel.lowerBound + channel * labels + label
                    gradient[place] += slope * pooled.at[image * features + channel]
                    let share =
                        slope * parameters[place] * Double(dropout[image * features + channel]) / Double(pixels)
                    for pixel in 0 ..< pixels { above.at[(image * pixels + pixel) * features + channel] += share }
                }
            }
        }
        var past: [Int: Map] = [:]
        for index in layout.convolutions.indices.reversed() {
            if residuals.contains(index) { past[index == 2 ? 1 : index - 2] = above }
            above = backward(steps[index], above, count: count, parameters, &gradient)
            if let shortcut = past[index] {
                for place in 0 ..< above.count { above.at[place] += shortcut.at[place] }
            }
        }
        for block in layout.blocks where frozen.contains(block.layer) {
            for place in block.range { gradient[place] = 0 }
        }
        return Result(loss: value, scores: scores, gradient: gradient, moving: moving)
    }

    private func forward(
        _ layer: ParameterLayout.Convolution, _ input: Map, count: Int, size: Int, stride: Int, isClipped: Bool,
        _ parameters: [Double], _ moving: inout [Double]
    ) -> Step {
        let sizeOut = (size + stride - 1) / stride
        let channels = layer.channels
        let channelsIn = layer.shape[2]
        let output = Map(count * sizeOut * sizeOut * channels)
        parameters.withUnsafeBufferPointer { parameters in
            let kernel = parameters.baseAddress! + layer.kernel.lowerBound
            forEachTap(layer, count: count, size: size, sizeOut: sizeOut, stride: stride) { to, from, tap in
                let out = output.at + to * channels
                let source = input.at + from * channelsIn
                if layer.isDepthwise {
                    for channel in 0 ..< channels { out[channel] += source[channel] * kernel[tap * channels + channel] }
                } else {
                    for channelIn in 0 ..< channelsIn {
                        let value = source[channelIn]
                        let row = kernel + (tap * channelsIn + channelIn) * channels
                        for channel in 0 ..< channels { out[channel] += value * row[channel] }
                    }
                }
            }
        }
        let pixels = output.count / channels
        var mean = Array(moving[layer.mean])
        var variance = Array(moving[layer.variance])
        var usesBatch = false
        if case .training(let momentum) = batchNormalization, !frozen.contains(layer.normalization) {
            usesBatch = true
            mean = [Double](repeating: 0, count: channels)
            variance = mean
            for place in 0 ..< output.count { mean[place % channels] += output.at[place] / Double(pixels) }
            for place in 0 ..< output.count {
                let deviation = output.at[place] - mean[place % channels]
                variance[place % channels] += deviation * deviation / Double(pixels)
            }
            for channel in 0 ..< channels {
                let (meanPlace, variancePlace) = (layer.mean.lowerBound + channel, layer.variance.lowerBound + channel)
                moving[meanPlace] = momentum * moving[meanPlace] + (1 - momentum) * mean[channel]
                moving[variancePlace] = momentum * moving[variancePlace] + (1 - momentum) * variance[channel]
            }
        }
        let inverse = variance.map { 1 / ($0 + epsilon).squareRoot() }
        let normalized = Map(output.count)
        for place in 0 ..< output.count {
            let channel = place % channels
            normalized.at[place] = (output.at[place] - mean[channel]) * inverse[channel]
            let value =
                normalized.at[place] * parameters[layer.gamma.lowerBound + channel]
                + parameters[layer.beta.lowerBound + channel]
            output.at[place] = isClipped ? min(max(value, 0), 6) : value
        }
        return Step(
            layer: layer, size: size, sizeOut: sizeOut, stride: stride, isClipped: isClipped, input: input,
            normalized: normalized, output: output, inverse: inverse, usesBatch: usesBatch)
    }

    /// - Parameter above: the gradient with respect to the step's output.
    /// - Returns: the gradient with respect to its input.
    private func backward(
        _ step: Step, _ above: Map, count: Int, _ parameters: [Double], _ gradient: inout [Double]
    ) -> Map {
        let layer = step.layer
        let channels = layer.channels
        let channelsIn = layer.shape[2]
        let pixels = Double(above.count / channels)
        let slope = Map(above.count)
        for place in 0 ..< above.count {
            let isOpen = !step.isClipped || (step.output.at[place] > 0 && step.output.at[place] < 6)
            slope.at[place] = isOpen ? above.at[place] : 0
            let channel = place % channels
            gradient[layer.gamma.lowerBound + channel] += slope.at[place] * step.normalized.at[place]
            gradient[layer.beta.lowerBound + channel] += slope.at[place]
        }
        for place in 0 ..< above.count {
            let channel = place % channels
            var value = slope.at[place]
            if step.usesBatch {
                value -= gradient[layer.beta.lowerBound + channel] / pixels
                value -= step.normalized.at[place] * gradient[layer.gamma.lowerBound + channel] / pixels
            }
            slope.at[place] = value * parameters[layer.gamma.lowerBound + channel] * step.inverse[channel]
        }
        let below = Map(step.input.count)
        gradient.withUnsafeMutableBufferPointer { gradient in
            parameters.withUnsafeBufferPointer { parameters in
                let kernel = parameters.baseAddress! + layer.kernel.lowerBound
                let byKernel = gradient.baseAddress! + layer.kernel.lowerBound
                forEachTap(
                    layer, count: count, size: step.size, sizeOut: step.sizeOut, stride: step.stride
                ) { to, from, tap in
                    let slopes = slope.at + to * channels
                    let source = step.input.at + from * channelsIn
                    let target = below.at + from * channelsIn
                    if layer.isDepthwise {
                        for channel in 0 ..< channels {
                            target[channel] += slopes[channel] * kernel[tap * channels + channel]
                            byKernel[tap * channels + channel] += slopes[channel] * source[channel]
                        }
                    } else {
                        for channelIn in 0 ..< channelsIn {
                            let row = (tap * channelsIn + channelIn) * channels
                            let value = source[channelIn]
                            var sum = 0.0
                            for channel in 0 ..< channels {
                                sum += slopes[channel] * kernel[row + channel]
                                byKernel[row + channel] += slopes[channel] * value
                            }
                            target[channelIn] += sum
                        }
                    }
                }
            }
        }
        return below
    }

    /// Calls `body` with an output pixel, an input pixel and the kernel tap that connects them.
    private func forEachTap(
        _ layer: ParameterLayout.Convolution, count: Int, size: Int, sizeOut: Int, stride: Int,
        _ body: (Int, Int, Int) -> Void
    ) {
        let kernel = layer.shape[0]
        // At stride 2, Keras pads an even map only after its last row and column.
        let padding = kernel == 1 || (stride == 2 && size.isMultiple(of: 2)) ? 0 : 1
        for image in 0 ..< count {
            for y in 0 ..< sizeOut {
                for x in 0 ..< sizeOut {
                    for tap in 0 ..< kernel * kernel {
                        let (fromY, fromX) = (y * stride + tap / kernel - padding, x * stride + tap % kernel - padding)
                        guard fromY >= 0, fromY < size, fromX >= 0, fromX < size else { continue }
                        body((image * sizeOut + y) * sizeOut + x, (image * size + fromY) * size + fromX, tap)
                    }
                }
            }
        }
    }
}
