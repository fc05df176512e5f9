import HDF5

extension WeightsFile {
    /// Reads the layout with `layer_names` on the group and `weight_names` on each layer's group.
    ///
    /// A weight's name is a path in its layer's group, for example `Conv1/kernel:0`. If the layer is itself a model,
    /// the second last component is the name of the inner layer (`block_1_expand/kernel:0`).
    ///
    /// - Returns: each top-level layer with several inner layers as a model, and the whole file.
    static func namedModels(in group: HDF5Group) throws -> [KerasModel] {
        var nested: [KerasModel] = []
        var flat: [KerasLayer] = []
        for layerName in try group.attributes.splitStrings("layer_names") {
            guard try group.contains(layerName) else { continue }
            let layerGroup = try group.group(layerName)
            let layers = try namedLayers(in: layerGroup, named: layerName)
            if layers.count > 1 {
                nested.append(KerasModel(group: layerGroup.path, layers: layers))
            } else {
                flat += layers
            }
        }
        return nested + [KerasModel(group: group.path, layers: flat)]
    }

    private static func namedLayers(in group: HDF5Group, named layerName: String) throws -> [KerasLayer] {
        let attributes = group.attributes
        guard try attributes.contains("weight_names") || attributes.contains("weight_names0") else { return [] }
        var order: [String] = []
        var variables: [String: [String: HDF5Dataset]] = [:]
        for weightName in try attributes.splitStrings("weight_names") {
            let parts = weightName.split(separator: "/")
            guard let last = parts.last else { continue }
            let owner = parts.count > 1 ? String(parts[parts.count - 2]) : layerName
            let variable = String(last.prefix { $0 != ":" })
            if variables[owner] == nil { order.append(owner) }
            variables[owner, default: [:]][variable] = try group.dataset(weightName)
        }
        return order.map { KerasLayer(name: $0, group: "\(group.path)/\($0)", variables: variables[$0]!) }
    }
}
