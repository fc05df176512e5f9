extension MobileNetV2Weights {
    /// A network from layers that a file gave: nothing is taken for granted.
    ///
    /// - Parameters:
    ///   - layers: the 52 in order.
    ///   - path: of the file, for errors.
    ///   - object: what errors call an array of a layer, for example `/network/Conv1/kernel`.
    /// - Throws: `WeightsError.shape` if the layers do not fit each other, `.value` for a value that no network has:
    ///   not finite, or a variance below 0.
    public init(
        checking layers: [Layer], path: String, object: (_ layer: String, _ array: String) -> String
    ) throws {
        try MobileNetV2Shapes.check(layers.map(\.shape)) { index, expected in
            .shape(
                path: path, dataset: object(layers[index].name, "kernel"), expected: expected,
                found: layers[index].shape)
        }
        for layer in layers {
            let arrays = [
                ("kernel", layer.kernel, -Float.greatestFiniteMagnitude),
                ("gamma", layer.gamma, -Float.greatestFiniteMagnitude),
                ("beta", layer.beta, -Float.greatestFiniteMagnitude),
                ("mean", layer.mean, -Float.greatestFiniteMagnitude), ("variance", layer.variance, 0),
            ]
            for (name, values, minimum) in arrays {
                // Written so that a NaN, which compares with nothing, is found too.
                guard let index = values.firstIndex(where: { !($0 >= minimum && $0.isFinite) }) else { continue }
                throw WeightsError.value(
                    path: path, dataset: object(layer.name, name), index: index, found: values[index])
            }
        }
        self.init(layers: layers)
    }
}
