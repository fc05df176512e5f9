import HDF5

/// A layer in a Keras file: its name and its arrays, which are not read yet.
struct KerasLayer: Sendable {
    /// The Keras name; nil if the file numbers layers by class without naming them.
    let name: String?
    /// The group in the file, for messages.
    let group: String
    /// The arrays by variable name without `:0`: `kernel`, `depthwise_kernel`, `gamma`, `beta`, `moving_mean`,
    /// `moving_variance`, … If the file numbers variables, the names are those of Keras in that order.
    let variables: [String: HDF5Dataset]

    /// Whether this is a depthwise convolution, which has one output channel per input channel.
    var isDepthwise: Bool {
        if variables["depthwise_kernel"] != nil { return true }
        guard let shape = variables["kernel"]?.shape, shape.count == 4 else { return false }
        return shape[3] == 1 && shape[0] > 1
    }

    var isConvolution: Bool { !isDepthwise && variables["kernel"]?.shape.count == 4 }

    var isNormalization: Bool { variables["moving_mean"] != nil }

    var kernel: HDF5Dataset? { variables["depthwise_kernel"] ?? variables["kernel"] }
}

/// A model or nested model, which may contain a network.
struct KerasModel: Sendable {
    /// The group in the file, for messages.
    let group: String
    /// The layers in the order of Keras, which is the order of execution within each class.
    let layers: [KerasLayer]
}

extension WeightsFile {
    /// The three layouts of weights that Keras writes to HDF5.
    public enum Layout: String, Sendable, Codable, CaseIterable {
        /// `save_weights("x.h5")` of Keras 2 and the files of keras.applications, with the attributes `layer_names` and
        /// `weight_names`.
        case legacyWeights = "legacy Keras weights"
        /// `save("x.h5")` of Keras 2 and 3: the same in the group `model_weights`.
        case wholeModel = "whole Keras model"
        /// `save_weights("x.weights.h5")` of Keras 3: groups numbered by layer class.
        case numbered = "Keras 3 weights"
    }

    /// Returns the layout of an open file and its models.
    static func models(in root: HDF5Group, path: String) throws -> (layout: Layout, models: [KerasModel]) {
        if try hasLayerNames(root) { return (.legacyWeights, try namedModels(in: root)) }
        if try root.contains("model_weights"), case let group = try root.group("model_weights"),
            try hasLayerNames(group)
        {
            return (.wholeModel, try namedModels(in: group))
        }
        let numbered = try numberedModels(in: root)
        guard !numbered.isEmpty else { throw WeightsError.layout(path: path, found: try root.children().map(\.name)) }
        return (.numbered, numbered)
    }

    private static func hasLayerNames(_ group: HDF5Group) throws -> Bool {
        let attributes = group.attributes
        return try attributes.contains("layer_names") || attributes.contains("layer_names0")
    }
}
