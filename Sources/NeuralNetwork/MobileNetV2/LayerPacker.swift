import CKernels

/// Folds batch normalization into kernels in double precision and stores them in panels of 16 channels.
struct LayerPacker {
    static let panel = network_panel

    let memory: AlignedFloats
    private var used = 0

    /// - Parameter floats: the sum of `floats(of:)` of all layers to pack.
    init(floats: Int) { memory = AlignedFloats(count: floats) }

    /// A layer as the kernels read it.
    typealias Packed = (weights: UnsafePointer<Float>, bias: UnsafePointer<Float>)

    static func panels(_ channels: Int) -> Int { (channels + panel - 1) / panel }

    /// Returns an upper bound of the floats of a packed layer with bias and limits. In split precision a layer has
    /// whole blocks of 32 channels.
    static func floats(of layer: MobileNetV2Weights.Layer) -> Int {
        let positions = layer.kernel.count / layer.channels
        return ((positions + 31) / 32 * 32 + 3) * panels(layer.channels) * panel
    }

    /// Packs a 1 × 1 convolution.
    mutating func packPointwise(_ layer: MobileNetV2Weights.Layer, bias: [Double]) -> Packed {
        precondition(layer.shape[0] == 1 && layer.shape[1] == 1, "\(layer.name) is not 1 × 1")
        return pack(layer.kernel, channelsIn: layer.shape[2], layer, bias)
    }

    /// Packs a 1 × 1 convolution for split precision, as pairs of bfloat16.
    mutating func packSplit(
        _ layer: MobileNetV2Weights.Layer, bias: [Double]
    ) -> (weights: UnsafePointer<UInt16>, bias: UnsafePointer<Float>) {
        precondition(layer.shape[0] == 1 && layer.shape[1] == 1, "\(layer.name) is not 1 × 1")
        let (channelsIn, channels) = (Int32(layer.shape[2]), Int32(layer.channels))
        let bias = reserve(bias)
        let count = network_split_count(channelsIn, channels)
        let packed = UnsafeMutableRawPointer(reserve(count / 2)).bindMemory(to: UInt16.self, capacity: count)
        network_pack_split(layer.kernel, channelsIn, channels, Self.factors(of: layer), packed)
        return (UnsafePointer(packed), bias)
    }

    /// Packs a 3 × 3 depthwise convolution as [9][channels].
    mutating func packDepthwise(_ layer: MobileNetV2Weights.Layer, bias: [Double]) -> Packed {
        precondition(layer.shape[0] == 3 && layer.shape[1] == 3 && layer.shape[3] == 1, "\(layer.name) is not 3 × 3")
        return pack(layer.kernel, channelsIn: 9, layer, bias)
    }

    /// Packs the 3 × 3 convolution over an image with equal channels of value gray − 255. It adds up the channels'
    /// weights and includes Keras' division by 127.5.
    mutating func packImageConvolution(_ layer: MobileNetV2Weights.Layer, bias: [Double]) -> Packed {
        precondition(layer.shape[0] == 3 && layer.shape[1] == 3, "\(layer.name) is not 3 × 3")
        let (channelsIn, channels) = (layer.shape[2], layer.channels)
        let factors = Self.factors(of: layer)
        var sums = [Double](repeating: 0, count: 9 * channels)
        for position in 0 ..< 9 {
            for channelIn in 0 ..< channelsIn {
                for channel in 0 ..< channels {
                    sums[position * channels + channel] += Double(
                        layer.kernel[(position * channelsIn + channelIn) * channels + channel])
                }
            }
        }
        // Products are rounded once, here. The packing function multiplies by 1.
        let kernel = sums.indices.map { Float(sums[$0] * factors[$0 % channels] / 127.5) }
        let ones = [Double](repeating: 1, count: channels)
        let bias = reserve(bias)
        return (packPanels(kernel, channelsIn: 9, channels: channels, factors: ones), bias)
    }

    private mutating func pack(
        _ kernel: [Float], channelsIn: Int, _ layer: MobileNetV2Weights.Layer, _ bias: [Double]
    ) -> Packed {
        let bias = reserve(bias)
        return (
            packPanels(kernel, channelsIn: channelsIn, channels: layer.channels, factors: Self.factors(of: layer)), bias
        )
    }

    /// Returns gamma / √(variance + ε) for each channel, rounded to float32 as in Keras' float32 network. The reference
    /// features come from that network. Measured features are closer to them, and to float64, than with exact factors.
    static func factors(of layer: MobileNetV2Weights.Layer) -> [Double] {
        zip(layer.gamma, layer.variance).map { gamma, variance in
            Double(Float(Double(gamma) / (Double(variance) + Double(MobileNetV2Weights.epsilon)).squareRoot()))
        }
    }

    /// Packs the bounds of ReLU6 for a centered map as [panels][2][16]. Returns nil if all centers are zero.
    mutating func packLimits(_ center: [Float]) -> UnsafePointer<Float>? {
        guard center.contains(where: { $0 != 0 }) else { return nil }
        let limits = reserve(Self.panels(center.count) * 2 * Self.panel)
        for (channel, value) in center.enumerated() {
            let (panel, lane) = channel.quotientAndRemainder(dividingBy: Self.panel)
            limits[2 * panel * Self.panel + lane] = -value
            limits[(2 * panel + 1) * Self.panel + lane] = 6 - value
        }
        return UnsafePointer(limits)
    }

    /// Stores one value per channel, padded with zeros to a whole panel.
    private mutating func reserve(_ values: [Double]) -> UnsafePointer<Float> {
        let packed = reserve(Self.panels(values.count) * Self.panel)
        for (channel, value) in values.enumerated() { packed[channel] = Float(value) }
        return UnsafePointer(packed)
    }

    private mutating func packPanels(
        _ kernel: [Float], channelsIn: Int, channels: Int, factors: [Double]
    ) -> UnsafePointer<Float> {
        let packed = reserve(Self.panels(channels) * channelsIn * Self.panel)
        network_pack(kernel, Int32(channelsIn), Int32(channels), factors, packed)
        return UnsafePointer(packed)
    }

    private mutating func reserve(_ count: Int) -> UnsafeMutablePointer<Float> {
        precondition(used + count <= memory.count, "\(count) floats exceed the reserved memory")
        defer { used += count }
        return memory.base + used
    }
}
