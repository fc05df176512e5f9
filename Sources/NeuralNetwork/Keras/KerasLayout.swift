import HDF5

/// A layer as it was found in a Keras file: its name and its arrays, none of them read yet.
struct KerasLayer: Sendable {
    /// Keras' name of the layer; nil where the file numbers layers by class and does not name them.
    let name: String?
    /// Where it stands in the file, for messages.
    let group: String
    /// `kernel`, `depthwise_kernel`, `gamma`, `beta`, `moving_mean`, `moving_variance`, … without `:0`. A file that
    /// numbers variables gets the names that Keras gives them in that order.
    let variables: [String: HDF5Dataset]

    /// A depthwise convolution has one channel out per channel in.
    var isDepthwise: Bool {
        if variables["depthwise_kernel"] != nil { return true }
        guard let shape = variables["kernel"]?.shape, shape.count == 4 else { return false }
        return shape[3] == 1 && shape[0] > 1
    }

    var isConvolution: Bool { !isDepthwise && variables["kernel"]?.shape.count == 4 }

    var isNormalisation: Bool { variables["moving_mean"] != nil }

    var kernel: HDF5Dataset? { variables["depthwise_kernel"] ?? variables["kernel"] }
}

/// A model or a nested model: a place where a network may be.
struct KerasModel: Sendable {
    /// Its group in the file, for messages.
    let group: String
    /// In the order in which Keras keeps them: that of execution within a class.
    let layers: [KerasLayer]
}

extension WeightsFile {
    /// The three ways in which Keras lays out weights in HDF5.
    public enum Layout: String, Sendable, Codable, CaseIterable {
        /// `save_weights("x.h5")` of Keras 2 and the files of keras.applications: attributes `layer_names` and
        /// `weight_names`.
        case legacyWeights = "legacy Keras weights"
        /// `save("x.h5")` of Keras 2 and 3: the same below `model_weights`.
        case wholeModel = "whole Keras model"
        /// `save_weights("x.weights.h5")` of Keras 3: groups numbered by layer class.
        case numbered = "Keras 3 weights"
    }

    /// The layout of an open file and the models in it.
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
