import Files
import HDF5

/// MobileNetV2 weights in Keras' HDF5 files.
public enum WeightsFile {
    /// A limit in bytes far above the largest published kernel (18 MB, alpha 1.4).
    private static let largestArray = 256 << 20

    /// Reads a network from any of Keras' three layouts, with a description of the file.
    ///
    /// A classification head and layers around the network are ignored. The width is derived from the shapes.
    ///
    /// - Throws: `FileError`, `HDF5Error` and `WeightsError`.
    public static func read(_ path: String) throws -> (weights: MobileNetV2Weights, description: Description) {
        let found = try find(in: path)
        let weights = try found.weights(path: path)
        let description = try Description(
            of: weights, layout: found.layout, group: found.model.group,
            ignoring: ignored(found.models, found.layers), fileDigest: Digest(ofFile: path))
        return (weights, description)
    }

    /// Reads a network with all checks of `read`, but without the digest of the file.
    ///
    /// - Throws: the errors of `read`.
    public static func weights(in path: String) throws -> MobileNetV2Weights {
        try find(in: path).weights(path: path)
    }

    /// A network in a file whose values are not read yet.
    private struct Found {
        let layout: Layout
        let models: [KerasModel]
        let model: KerasModel
        let layers: [MatchedLayer]

        func weights(path: String) throws -> MobileNetV2Weights {
            MobileNetV2Weights(layers: try layers.map { try WeightsFile.layer($0, path: path) })
        }
    }

    private static func find(in path: String) throws -> Found {
        let root = try HDF5File.open(path, largestRead: largestArray).root
        let (layout, models) = try models(in: root, path: path)
        let (model, layers) = try network(among: models, path: path)
        return Found(layout: layout, models: models, model: model, layers: layers)
    }

    /// Returns the one model that is a MobileNetV2.
    ///
    /// - Throws: the error of the model that is most similar to one, if there is none.
    private static func network(
        among models: [KerasModel], path: String
    ) throws -> (model: KerasModel, layers: [MatchedLayer]) {
        var found: [(model: KerasModel, layers: [MatchedLayer])] = []
        var failures: [(convolutions: Int, error: any Error)] = []
        for model in models {
            do {
                found.append((model, try model.match(path: path)))
            } catch {
                failures.append((model.convolutionCount, error))
            }
        }
        guard found.count <= 1 else {
            throw WeightsError.severalNetworks(path: path, groups: found.map(\.model.group))
        }
        if let network = found.first { return network }
        guard let failure = failures.max(by: { $0.convolutions < $1.convolutions }) else {
            throw WeightsError.notMobileNetV2(path: path, reason: "the file has no layer with weights")
        }
        throw failure.error
    }

    /// Returns the layers with weights that are not part of the network.
    private static func ignored(_ models: [KerasModel], _ matched: [MatchedLayer]) -> [String] {
        let used = Set(matched.flatMap { [$0.kernel.path, $0.gamma.path] })
        return models.flatMap(\.layers)
            .filter { layer in !layer.variables.values.contains { used.contains($0.path) } }
            .map { $0.name ?? $0.group }
    }

    fileprivate static func layer(_ matched: MatchedLayer, path: String) throws -> MobileNetV2Weights.Layer {
        func values(_ dataset: HDF5Dataset, atLeast minimum: Float = -.greatestFiniteMagnitude) throws -> [Float] {
            let values: [Float] = try dataset.values()
            // This condition also finds NaN, for which every comparison is false.
            if let index = values.firstIndex(where: { !($0 >= minimum && $0.isFinite) }) {
                throw WeightsError.value(path: path, dataset: dataset.path, index: index, found: values[index])
            }
            return values
        }
        return MobileNetV2Weights.Layer(
            name: matched.name, shape: matched.kernel.shape, kernel: try values(matched.kernel),
            gamma: try values(matched.gamma), beta: try values(matched.beta), mean: try values(matched.mean),
            variance: try values(matched.variance, atLeast: 0))
    }
}
