import LinearAlgebra

extension MobileNetV2Weights {
    /// An untrained network: the baseline that says how much of a result is due to training.
    ///
    /// Kernels are He-normal, variance 2 / fan-in. Keras' own start, Glorot-uniform kernels with identity
    /// normalisation, is meant to be trained: used as it is, its 52 layers multiply the signal down to features of
    /// about 10⁻¹¹. Here the moving variance of every normalisation is what its input has on average over all such
    /// kernels, so that each layer hands on a signal of unit power: an input of second moment q gives 2q before the
    /// normalisation; ReLU keeps half of that, and a residual adds the power of its two branches. This needs no
    /// data, so the network depends on nothing but width and seed. The average pooled features are about 0.3,
    /// none above a few units.
    ///
    /// - Parameters:
    ///   - alpha: the width multiplier.
    ///   - seed: every kernel has a generator of its own, derived from the seed and its place in the network.
    /// - Precondition: `alpha` is in 0 < alpha ≤ 4.
    /// - Source: He et al., ICCV 2015, equation 10.
    public static func random(alpha: Double = 1, seed: UInt64) -> MobileNetV2Weights {
        precondition(alpha > 0 && alpha <= 4, "alpha \(alpha)")
        return random(shapes: MobileNetV2Shapes.kernels(alpha: alpha), seed: seed)
    }

    /// An untrained network of the same shape: nothing that this one has learnt is left in it.
    public func randomised(seed: UInt64) -> MobileNetV2Weights {
        Self.random(shapes: layers.map(\.shape), seed: seed)
    }

    private static func random(shapes: [[Int]], seed: UInt64) -> MobileNetV2Weights {
        var power = 1.0
        /// What stands before the current block, and is added to its output where the shapes allow.
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
