import HDF5

/// One convolution of the network and its normalisation, found in the file and of the right shape, not read yet.
struct MatchedLayer: Sendable {
    let name: String
    let kernel: HDF5Dataset
    let gamma: HDF5Dataset
    let beta: HDF5Dataset
    let mean: HDF5Dataset
    let variance: HDF5Dataset
}

extension KerasModel {
    /// The 52 layers of a MobileNetV2 in this model, by their names or, where those are of another version or not
    /// in the file, by their order within each class; the shapes must fit either way. Other layers are ignored.
    func match(path: String) throws -> [MatchedLayer] {
        let found = try byName(path: path) ?? byOrder(path: path)
        try MobileNetV2Shapes.check(found, path: path)
        return found
    }

    /// How much of a MobileNetV2 is here: tells which model of a file an error should speak of.
    var convolutionCount: Int { layers.count { $0.isConvolution || $0.isDepthwise } }

    /// nil if this is not a file with the names of keras.applications.
    private func byName(path: String) throws -> [MatchedLayer]? {
        var named: [String: KerasLayer] = [:]
        for layer in layers { if let name = layer.name, named[name] == nil { named[name] = layer } }
        let names = MobileNetV2Weights.layerNames
        let present = names.count { named[$0] != nil }
        guard present * 2 > names.count else { return nil }
        let missing = names.flatMap { [$0, Self.normalisation(of: $0)] }.filter { named[$0] == nil }
        guard missing.isEmpty else { throw WeightsError.missingLayers(path: path, layers: missing) }
        return try names.map { name in
            try Self.matched(name, named[name]!, named[Self.normalisation(of: name)]!, path: path)
        }
    }

    private func byOrder(path: String) throws -> [MatchedLayer] {
        let names = MobileNetV2Weights.layerNames
        let depthwiseNames = names.filter { $0.hasSuffix("depthwise") }
        let convolutions = layers.filter(\.isConvolution)
        let depthwise = layers.filter(\.isDepthwise)
        let normalisations = layers.filter(\.isNormalisation)
        let expected = names.count - depthwiseNames.count
        guard
            convolutions.count >= expected, depthwise.count >= depthwiseNames.count,
            normalisations.count >= names.count
        else {
            throw WeightsError.notMobileNetV2(
                path: path,
                reason: "\(expected) convolutions, \(depthwiseNames.count) depthwise convolutions and \(names.count) "
                    + "normalisations make one, found \(convolutions.count), \(depthwise.count) and "
                    + "\(normalisations.count)")
        }
        var nextConvolution = convolutions.makeIterator()
        var nextDepthwise = depthwise.makeIterator()
        return try zip(names, normalisations).map { name, normalisation in
            let layer = name.hasSuffix("depthwise") ? nextDepthwise.next()! : nextConvolution.next()!
            return try Self.matched(name, layer, normalisation, path: path)
        }
    }

    private static func matched(
        _ name: String, _ layer: KerasLayer, _ normalisation: KerasLayer, path: String
    ) throws -> MatchedLayer {
        guard let kernel = layer.kernel else {
            throw WeightsError.missingVariable(path: path, layer: layer.group, variable: "kernel")
        }
        func variable(_ name: String) throws -> HDF5Dataset {
            guard let dataset = normalisation.variables[name] else {
                throw WeightsError.missingVariable(path: path, layer: normalisation.group, variable: name)
            }
            return dataset
        }
        return MatchedLayer(
            name: name, kernel: kernel, gamma: try variable("gamma"), beta: try variable("beta"),
            mean: try variable("moving_mean"), variance: try variable("moving_variance"))
    }

    /// Keras' name of the normalisation behind a convolution.
    static func normalisation(of layer: String) -> String {
        switch layer {
        case "Conv1": "bn_Conv1"
        case "Conv_1": "Conv_1_bn"
        default: "\(layer)_BN"
        }
    }
}
