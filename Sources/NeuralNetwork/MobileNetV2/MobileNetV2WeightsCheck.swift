extension MobileNetV2Weights {
    /// Creates a network from layers of a file after checking them.
    ///
    /// - Parameters:
    ///   - layers: the 52 layers in order.
    ///   - path: the file, for errors.
    ///   - object: returns the name of a layer's array in errors, for example `/network/Conv1/kernel`.
    /// - Throws: `WeightsError.shape` if the layers do not match each other, `.value` if a value is not finite or a
    ///   variance is negative.
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
                // This condition also finds NaN, for which every comparison is false.
                guard let index = values.firstIndex(where: { !($0 >= minimum && $0.isFinite) }) else { continue }
                throw WeightsError.value(
                    path: path, dataset: object(layer.name, name), index: index, found: values[index])
            }
        }
        self.init(layers: layers)
    }
}
