import Foundation

/// What can be wrong with a file of network weights, or with getting one.
public enum WeightsError: Error, Equatable {
    /// An HDF5 file in none of Keras' layouts.
    case layout(path: String, found: [String])
    /// Keras weights of another network.
    case notMobileNetV2(path: String, reason: String)
    /// The network is there but for these convolutions or normalisations.
    case missingLayers(path: String, layers: [String])
    case missingVariable(path: String, layer: String, variable: String)
    /// More than one MobileNetV2 in the file.
    case severalNetworks(path: String, groups: [String])
    case shape(path: String, dataset: String, expected: [Int], found: [Int])
    /// A value that no trained network has: not a number, infinite, or a negative variance.
    case value(path: String, dataset: String, index: Int, found: Float)
    /// A kernel has a value that float16 does not reach.
    case halfPrecision(path: String, layer: String, value: Float)
    case unknownName(name: String, known: [String])
    case download(url: String, reason: String)
    case downloadSize(url: String, expected: Int, found: Int)
    case digest(path: String, name: String, expected: String, found: String)
}

extension WeightsError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .layout(let path, let found):
            "\(path): an HDF5 file with Keras weights was expected, this one holds \(Self.list(found)). "
                + "Save the network with model.save_weights(\"network.weights.h5\") or model.save(\"network.h5\")."
        case .notMobileNetV2(let path, let reason):
            "\(path): the weights of a MobileNetV2 were expected: \(reason). "
                + "Give a file of keras.applications.MobileNetV2."
        case .missingLayers(let path, let layers):
            "\(path): \(layers.count) of the layers of a MobileNetV2 are missing: \(Self.list(layers)). "
                + "Save the whole network again."
        case .missingVariable(let path, let layer, let variable):
            "\(path): \(layer) has no \(variable). Save the whole network again."
        case .severalNetworks(let path, let groups):
            "\(path): one MobileNetV2 was expected, found \(groups.count) (\(Self.list(groups))). "
                + "Save the one that is to be used by itself."
        case .shape(let path, let dataset, let expected, let found):
            "\(path): \(dataset): shape \(Self.text(expected)) was expected, found \(Self.text(found)). "
                + "The file is not of an unchanged MobileNetV2."
        case .value(let path, let dataset, let index, let found):
            "\(path): \(dataset): value \(index) is \(found); "
                + "a trained network has finite values and variances of at least 0. "
                + "The training diverged or the file is damaged: use other weights."
        case .halfPrecision(let path, let layer, let value):
            "\(path): the kernel of \(layer) holds \(value), float16 ends at 65504. Write the network in float32."
        case .unknownName(let name, let known):
            "\(name): no published weights of that name are known. Known: \(Self.list(known))."
        case .download(let url, let reason):
            "\(url): cannot be downloaded: \(reason). Nothing was changed. Try again later, or get the file with "
                + "another program and give its path."
        case .downloadSize(let url, let expected, let found):
            "\(url): \(expected) bytes were expected, \(found) came. Nothing was changed. Try again later."
        case .digest(let path, let name, let expected, let found):
            "\(path): the published \(name) has the SHA-256 \(expected), this file has \(found). "
                + "It was changed or damaged: get it again."
        }
    }

    public var errorDescription: String? { description }

    private static func text(_ shape: [Int]) -> String { "[" + shape.map(String.init).joined(separator: ", ") + "]" }

    /// The first few; a file may hold thousands.
    private static func list(_ names: [String]) -> String {
        if names.isEmpty { return "nothing" }
        let shown = names.prefix(6).map { $0.count > 80 ? $0.prefix(80) + "…" : $0 }.joined(separator: ", ")
        return names.count > 6 ? "\(shown) and \(names.count - 6) more" : shown
    }
}
