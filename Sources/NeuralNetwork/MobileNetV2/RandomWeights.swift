import LinearAlgebra

extension MobileNetV2Weights {
    /// Returns an untrained network, a baseline that shows how much of a result is due to training.
    ///
    /// Kernels are He-normal with variance 2 / fan-in. Keras' initialization (Glorot-uniform kernels with identity
    /// normalization) is unsuitable without training: its 52 layers reduce the signal to features of about 10⁻¹¹.
    ///
    /// Here the moving variance of every normalization is the expected variance of its input over all such kernels.
    /// Each layer then outputs a signal of unit power. An input of second moment q gives 2q before the normalization.
    /// ReLU keeps half of that, and a residual adds the power of its two branches. This needs no data, so the network
    /// depends only on width and seed. The pooled features are about 0.3 on average and at most a few units.
    ///
    /// - Parameters:
    ///   - alpha: the width multiplier.
    ///   - seed: every kernel has its own generator, derived from the seed and the index of the layer.
    /// - Precondition: 0 < `alpha` ≤ 4.
    /// - Source: He et al., ICCV 2015, equation 10.
    public static func random(alpha: Double = 1, seed: UInt64) -> MobileNetV2Weights {
        precondition(alpha > 0 && alpha <= 4, "alpha \(alpha)")
        return random(shapes: MobileNetV2Shapes.kernels(alpha: alpha), seed: seed)
    }

    /// Returns an untrained network of the same shape.
    public func randomized(seed: UInt64) -> MobileNetV2Weights {
        Self.random(shapes: layers.map(\.shape), seed: seed)
    }

    private static func random(shapes: [[Int]], seed: UInt64) -> MobileNetV2Weights {
        var power = 1.0
        /// The power and channels of the current block's input, which is added to its output if the shapes allow.
        var shortcut = (power: 0.5, channels: shapes[0][3])
        var layers: [Layer] = []
        for (index, (name, shape)) in zip(layerNames, shapes).enumerated() {
            layers.append(randomLayer(name, shape, index: index, variance: 2 * power, seed: seed))
            power = 0.5
            if name.hasSuffix("project") {
                let isResidual = !strideTwoBlocks.contains(index / 3) && shortcut.channels == shape[3]
                power = isResidual ? 1 + shortcut.power : 1
                shortcut = (power, shape[3])
            }
        }
        return MobileNetV2Weights(layers: layers)
    }

    private static func randomLayer(
        _ name: String, _ shape: [Int], index: Int, variance: Double, seed: UInt64
    ) -> Layer {
        let isDepthwise = name.hasSuffix("depthwise")
        let fanIn = shape[0] * shape[1] * (isDepthwise ? 1 : shape[2])
        let deviation = (2 / Double(fanIn)).squareRoot()
        var generator = SeededGenerator(seed: seed, purpose: "random weights", index: index)
        let kernel = (0 ..< shape.reduce(1, *)).map { _ in Float(deviation * generator.normal()) }
        let channels = isDepthwise ? shape[2] : shape[3]
        return Layer(
            name: name, shape: shape, kernel: kernel, gamma: Array(repeating: 1, count: channels),
            beta: Array(repeating: 0, count: channels), mean: Array(repeating: 0, count: channels),
            variance: Array(repeating: Float(variance), count: channels))
    }
}
