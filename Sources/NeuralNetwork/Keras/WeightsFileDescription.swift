import Files

extension WeightsFile {
    /// What `heartsense weights show` prints of a file.
    public struct Description: Equatable, Sendable {
        public let layout: Layout
        /// Where in the file the network was found.
        public let group: String
        /// The width multiplier; nil if the channels are not those of any.
        public let alpha: Double?
        /// 3, or 1 for a network trained on grey pictures.
        public let inputChannels: Int
        /// The 52 convolutions in order, with the shapes of their kernels.
        public let layers: [Layer]
        /// Kernels and normalisations, moving statistics included, as Keras counts them.
        public let parameterCount: Int
        public let featureCount: Int
        /// Layers with weights that are not part of the network: a head, layers around it.
        public let ignoredLayers: [String]
        /// SHA-256 of the network, the same whatever file it comes in.
        public let digest: Digest
        /// SHA-256 of the file.
        public let fileDigest: Digest

        public struct Layer: Equatable, Sendable {
            public let name: String
            public let shape: [Int]
        }

        init(
            of weights: MobileNetV2Weights, layout: Layout, group: String, ignoring ignored: [String],
            fileDigest: Digest
        ) {
            self.layout = layout
            self.group = group
            alpha = MobileNetV2Shapes.alpha(of: weights.layers.map(\.shape))
            inputChannels = weights.layers[0].shape[2]
            layers = weights.layers.map { Layer(name: $0.name, shape: $0.shape) }
            parameterCount = weights.layers.reduce(0) { $0 + $1.kernel.count + 4 * $1.channels }
            featureCount = weights.featureCount
            ignoredLayers = ignored
            digest = weights.digest
            self.fileDigest = fileDigest
        }
    }
}
