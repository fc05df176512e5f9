import HDF5

/// A convolution of the network with its normalization, found in the file with the right shape but not read yet.
struct MatchedLayer: Sendable {
    let name: String
    let kernel: HDF5Dataset
    let gamma: HDF5Dataset
    let beta: HDF5Dataset
    let mean: HDF5Dataset
    let variance: HDF5Dataset
}

extension KerasModel {
    /// Returns the 52 layers of a MobileNetV2 in this model.
    ///
    /// Layers are matched by name. If the names are missing or from another version, they are matched by their order
    /// within each class. The shapes must fit in both cases. Other layers are ignored.
    func match(path: String) throws -> [MatchedLayer] {
        let found = try byName(path: path) ?? byOrder(path: path)
        try MobileNetV2Shapes.check(found, path: path)
        return found
    }

    /// The number of convolutions. Errors are about the model with the most.
    var convolutionCount: Int { layers.count { $0.isConvolution || $0.isDepthwise } }

    /// Returns nil if the layers do not have the names of keras.applications.
    private func byName(path: String) throws -> [MatchedLayer]? {
        var named: [String: KerasLayer] = [:]
        for layer in layers { if let name = layer.name, named[name] == nil { named[name] = layer } }
        let names = MobileNetV2Weights.layerNames
        let present = names.count { named[$0] != nil }
        guard present * 2 > names.count else { return nil }
        let missing = names.flatMap { [$0, Self.normalization(of: $0)] }.filter { named[$0] == nil }
        guard missing.isEmpty else { throw WeightsError.missingLayers(path: path, layers: missing) }
        return try names.map { name in
            try Self.matched(name, named[name]!, named[Self.normalization(of: name)]!, path: path)
        }
    }

    private func byOrder(path: String) throws -> [MatchedLayer] {
        let names = MobileNetV2Weights.layerNames
        let depthwiseNames = names.filter { $0.hasSuffix("depthwise") }
        let convolutions = layers.filter(\.isConvolution)
        let depthwise = layers.filter(\.isDepthwise)
        let normalizations = layers.filter(\.isNormalization)
        let expected = names.count - depthwiseNames.count
        guard
            convolutions.count >= expected, depthwise.count >= depthwiseNames.count,
            normalizations.count >= names.count
        else {
            throw WeightsError.notMobileNetV2(
                path: path,
                reason: "\(expected) convolutions, \(depthwiseNames.count) depthwise convolutions and \(names.count) "
                    + "normalizations are needed, found \(convolutions.count), \(depthwise.count) and "
                    + "\(normalizations.count)")
        }
        var nextConvolution = convolutions.makeIterator()
        var nextDepthwise = depthwise.makeIterator()
        return try zip(names, normalizations).map { name, normalization in
            let layer = name.hasSuffix("depthwise") ? nextDepthwise.next()! : nextConvolution.next()!
            return try Self.matched(name, layer, normalization, path: path)
        }
    }

    private static func matched(
        _ name: String, _ layer: KerasLayer, _ normalization: KerasLayer, path: String
    ) throws -> MatchedLayer {
        guard let kernel = layer.kernel else {
            throw WeightsError.missingVariable(path: path, layer: layer.group, variable: "kernel")
        }
        func variable(_ name: String) throws -> HDF5Dataset {
            guard let dataset = normalization.variables[name] else {
                throw WeightsError.missingVariable(path: path, layer: normalization.group, variable: name)
            }
            return dataset
        }
        return MatchedLayer(
            name: name, kernel: kernel, gamma: try variable("gamma"), beta: try variable("beta"),
            mean: try variable("moving_mean"), variance: try variable("moving_variance"))
    }

    /// Returns the Keras name of the normalization after a convolution.
    static func normalization(of layer: String) -> String {
        switch layer {
        case "Conv1": "bn_Conv1"
        case "Conv_1": "Conv_1_bn"
        default: "\(layer)_BN"
        }
    }
}
