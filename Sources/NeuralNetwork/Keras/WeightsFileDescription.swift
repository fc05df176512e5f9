import Files

extension WeightsFile {
    /// A description of a file, printed by `heartsense weights show`.
    public struct Description: Equatable, Sendable {
        public let layout: Layout
        /// The group of the network in the file.
        public let group: String
        /// The width multiplier; nil if the channels fit none.
        public let alpha: Double?
        /// 3, or 1 for a network trained on gray images.
        public let inputChannels: Int
        /// The 52 convolutions in order, with their kernel shapes.
        public let layers: [Layer]
        /// The number of values of kernels and normalizations including moving statistics, as in Keras.
        public let parameterCount: Int
        public let featureCount: Int
        /// Layers with weights that are not part of the network, for example a head.
        public let ignoredLayers: [String]
        /// SHA-256 of the network, independent of the file format.
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
