import Foundation

/// An error in a file of network weights or in a download.
public enum WeightsError: Error, Equatable {
    /// The HDF5 file has none of Keras' layouts.
    case layout(path: String, found: [String])
    /// The weights are those of another network.
    case notMobileNetV2(path: String, reason: String)
    /// Convolutions or normalizations of the network are missing.
    case missingLayers(path: String, layers: [String])
    case missingVariable(path: String, layer: String, variable: String)
    /// The file has more than one MobileNetV2.
    case severalNetworks(path: String, groups: [String])
    case shape(path: String, dataset: String, expected: [Int], found: [Int])
    /// A value is not finite, or a variance is negative.
    case value(path: String, dataset: String, index: Int, found: Float)
    /// A kernel value exceeds the range of float16.
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
            "\(path): expected an HDF5 file with Keras weights, found \(Self.list(found)). "
                + "Save the network with model.save_weights(\"network.weights.h5\") or model.save(\"network.h5\")."
        case .notMobileNetV2(let path, let reason):
            "\(path): expected the weights of a MobileNetV2: \(reason). "
                + "Use a file of keras.applications.MobileNetV2."
        case .missingLayers(let path, let layers):
            "\(path): \(layers.count) layers of the MobileNetV2 are missing: \(Self.list(layers)). "
                + "Save the whole network again."
        case .missingVariable(let path, let layer, let variable):
            "\(path): \(layer) has no \(variable). Save the whole network again."
        case .severalNetworks(let path, let groups):
            "\(path): expected one MobileNetV2, found \(groups.count) (\(Self.list(groups))). "
                + "Save the right one in its own file."
        case .shape(let path, let dataset, let expected, let found):
            "\(path): \(dataset): expected shape \(Self.text(expected)), found \(Self.text(found)). "
                + "The network is not an unmodified MobileNetV2."
        case .value(let path, let dataset, let index, let found):
            "\(path): \(dataset): value \(index) is \(found); "
                + "a trained network has finite values and variances of at least 0. "
                + "The training diverged or the file is damaged: use other weights."
        case .halfPrecision(let path, let layer, let value):
            "\(path): the kernel of \(layer) contains \(value), but float16 is limited to 65504. "
                + "Write the network in float32."
        case .unknownName(let name, let known):
            "\(name): unknown weights. Known names: \(Self.list(known))."
        case .download(let url, let reason):
            "\(url): download failed: \(reason). No file was changed. Try again later, or download the file with "
                + "another program and use its path."
        case .downloadSize(let url, let expected, let found):
            "\(url): expected \(expected) bytes, received \(found). No file was changed. Try again later."
        case .digest(let path, let name, let expected, let found):
            "\(path): expected the SHA-256 \(expected) of the published \(name), found \(found). "
                + "The file was modified or damaged: download it again."
        }
    }

    public var errorDescription: String? { description }

    private static func text(_ shape: [Int]) -> String { "[" + shape.map(String.init).joined(separator: ", ") + "]" }

    /// Joins the first few names. A file may have thousands.
    private static func list(_ names: [String]) -> String {
        if names.isEmpty { return "nothing" }
        let shown = names.prefix(6).map { $0.count > 80 ? $0.prefix(80) + "…" : $0 }.joined(separator: ", ")
        return names.count > 6 ? "\(shown) and \(names.count - 6) more" : shown
    }
}
