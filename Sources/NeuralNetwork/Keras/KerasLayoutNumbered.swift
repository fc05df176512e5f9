import HDF5

extension WeightsFile {
    /// Deeper than any model. A damaged file may link a group to itself.
    private static let maximumDepth = 12
    private static let maximumLayers = 100_000

    /// Reads the layout of Keras 3: `layers/conv2d_3/vars/0`, numbered per class in the order of execution. A layer
    /// that is itself a model has its own `layers`.
    ///
    /// Keras 2.12 to 2.15 wrote `_layer_checkpoint_dependencies` instead of `layers`. Later versions of Keras 3 add the
    /// layer's name as an attribute of `vars`.
    static func numberedModels(in root: HDF5Group) throws -> [KerasModel] {
        var models: [KerasModel] = []
        var visited = 0
        func visit(_ group: HDF5Group, depth: Int) throws {
            guard depth < maximumDepth else { return }
            for child in try group.children() where child.kind == .group && child.name != "vars" {
                visited += 1
                guard visited < maximumLayers else { return }
                let childGroup = try group.group(child.name)
                if child.name == "layers" || child.name == "_layer_checkpoint_dependencies" {
                    let layers = try numberedLayers(in: childGroup)
                    if !layers.isEmpty { models.append(KerasModel(group: childGroup.path, layers: layers)) }
                }
                try visit(childGroup, depth: depth + 1)
            }
        }
        try visit(root, depth: 0)
        return models
    }

    private static func numberedLayers(in group: HDF5Group) throws -> [KerasLayer] {
        let names = try group.children().filter { $0.kind == .group }.map(\.name)
        let ordered = names.map { (name: $0, key: classAndNumber($0)) }
            .sorted { ($0.key.class, $0.key.number) < ($1.key.class, $1.key.number) }
        return try ordered.compactMap { try numberedLayer($0.name, class: $0.key.class, in: group) }
    }

    private static func numberedLayer(_ name: String, class: String, in group: HDF5Group) throws -> KerasLayer? {
        guard let variableNames = variableNames[`class`], try group.contains("\(name)/vars") else { return nil }
        let vars = try group.group("\(name)/vars")
        var variables: [String: HDF5Dataset] = [:]
        for (number, variable) in variableNames.enumerated() where try vars.contains("\(number)") {
            variables[variable] = try vars.dataset("\(number)")
        }
        guard !variables.isEmpty else { return nil }
        let layerName = try vars.attributes.contains("name") ? try vars.attributes.string("name") : nil
        return KerasLayer(name: layerName, group: vars.path, variables: variables)
    }

    /// The variables of the classes in a MobileNetV2, in the order of Keras.
    private static let variableNames = [
        "conv2d": ["kernel"],
        "depthwise_conv2d": ["depthwise_kernel"],
        "batch_normalization": ["gamma", "beta", "moving_mean", "moving_variance"],
    ]

    /// Splits `conv2d_12` into class `conv2d` and number 12. `conv2d` is number 0.
    static func classAndNumber(_ name: String) -> (class: String, number: Int) {
        guard let underscore = name.lastIndex(of: "_"), let number = Int(name[name.index(after: underscore)...])
        else { return (name, 0) }
        return (String(name[..<underscore]), number)
    }
}
