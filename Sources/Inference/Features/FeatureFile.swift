import Datasets
import Distribution
import Files
import Foundation
import HDF5
import Imaging
import LinearAlgebra
import NeuralNetwork
import Progress

/// A dataset in one HDF5 file: features, labels, groups, parts, folds, the label space and the extractor.
///
/// Datasets: `/features` (n × d, float32), `/paths`, `/labels` (codes joined by `|`), `/groups`, `/parts`, `/folds`
/// (empty strings for missing values) and `/pixels` (SHA-256 of the decoded pixels). Attributes of the root:
/// `label_space` (YAML), `extractor`, `name`. The first line of the file is `HeartSense features`, and a SHA-256
/// protects the content. Other HDF5 files with `/features` and `/labels` are rejected.
public enum FeatureFile {
    static let header = ChecksumHeader(kind: "HeartSense features", version: 1)

    /// The content of a feature file.
    public struct Content: Sendable {
        public let table: FeatureTable
        /// The way the features were computed, see `FeatureExtractor.label`.
        public let extractor: String
    }

    /// Computes the features of a dataset and writes them.
    ///
    /// - Parameter ranks: the processes that divide the pictures. Rank 0 writes the file.
    /// - Returns: A message for the terminal; nil in other ranks than 0.
    public static func make(
        dataset path: String, weights: NetworkWeights, preprocessing: Preprocessing, precision: Precision = .float32,
        output: String, skipUnreadable: Bool, cacheFolder: String?, workers: Workers, ranks: Ranks = .alone
    ) throws -> String? {
        let dataset = try Dataset(contentsOf: path, skippingMissing: skipUnreadable)
        let extractor = FeatureExtractor(
            preprocessing: preprocessing,
            network: MobileNetV2(weights.weights, inputSize: preprocessing.size, precision: precision),
            cacheFolder: cacheFolder, ranks: ranks)
        if ranks.size > 1 {
            let files = dataset.samples.map { dataset.path(of: $0) }
            try ranks.checkEqual(
                "The list of pictures or the extractor",
                Digest(of: "\(extractor.digest)\n\(files)").description,
                advice: "Give all ranks the same program, weights and pictures.")
            if !ranks.isFirst {
                try extractor.serve(files: files, workers: workers)
                return nil
            }
        }
        let bar = ProgressBar("Features", unit: "images")
        let table = try FeatureTable(
            of: dataset, by: extractor, skipUnreadable: skipUnreadable, workers: workers,
            progress: { bar.show($0, of: $1) },
            note: { FileHandle.standardError.write(Data("\($0)\n".utf8)) })
        try write(table, extractor: extractor.label, to: output)
        var text = "\(table.features.rows) × \(table.features.columns) features written to \(output)\n"
        for file in table.unreadable { text += "Skipped \(file.path): \(file.reason)\n" }
        return text
    }

    /// Writes a feature file atomically.
    package static func write(_ table: FeatureTable, extractor: String, to path: String) throws {
        let samples = table.dataset.samples
        let space = table.dataset.labelSpace
        try HDF5File.create(path, header: header) { root in
            try root.attributes.set("name", to: URL(fileURLWithPath: table.dataset.root).lastPathComponent)
            try root.attributes.set("label_space", to: space.yaml)
            try root.attributes.set("extractor", to: extractor)
            try root.attributes.set("dataset_sha256", to: table.digest.description)
            try root.write(table.features, to: "features", storage: .deflated())
            try root.write(samples.map(\.path), to: "paths", storage: .deflated())
            try root.write(samples.map { space.joined($0.labels) }, to: "labels", storage: .deflated())
            try root.write(samples.map { $0.group ?? "" }, to: "groups", storage: .deflated())
            try root.write(samples.map { $0.part?.rawValue ?? "" }, to: "parts", storage: .deflated())
            try root.write(samples.map { $0.fold.map(String.init) ?? "" }, to: "folds", storage: .deflated())
            if let pixels = table.pixelDigests {
                try root.write(pixels.map(\.description), to: "pixels", storage: .deflated())
            }
        }
    }

    /// Whether a path has the extension of a feature file (`.h5` or `.hdf5`).
    package static func isOne(_ path: String) -> Bool {
        ["h5", "hdf5"].contains(URL(fileURLWithPath: path).pathExtension.lowercased())
    }

    /// Reads a feature file.
    ///
    /// - Parameter labelSpace: Replaces the label space of the file.
    /// - Throws: `FileError`, `HDF5Error`, `LabelSpaceError`, `FeatureError`.
    public static func read(_ path: String, labelSpace: LabelSpace? = nil) throws -> Content {
        let root = try HDF5File.open(path, header: header).root
        let space =
            try labelSpace
            ?? LabelSpace(
                parsing: Data(try root.attributes.string("label_space").utf8), name: "\(path), label_space")
        let features: Matrix<Float> = try root.dataset("features").matrix()
        guard features.rows > 0 else { throw FeatureError.noSamples(file: path) }
        if let bad = features.values.firstIndex(where: { !$0.isFinite }) {
            throw FeatureError.notFinite(file: path, row: bad / max(features.columns, 1))
        }
        func texts(_ name: String) throws -> [String] {
            let texts = try root.dataset(name).strings()
            guard texts.count == features.rows else {
                throw FeatureError.rowCounts(file: path, dataset: name, expected: features.rows, found: texts.count)
            }
            return texts
        }
        let (paths, labels, groups) = (try texts("paths"), try texts("labels"), try texts("groups"))
        let (parts, folds) = (try texts("parts"), try texts("folds"))
        let samples = try paths.indices.map { row in
            Sample(
                path: paths[row],
                labels: try labels[row].split(separator: "|").map { code in
                    guard let label = space.index(ofCode: String(code)) else {
                        throw FeatureError.unknownLabel(file: path, row: row, code: String(code), known: space.codes)
                    }
                    return label
                }.sorted(),
                group: groups[row].isEmpty ? nil : groups[row],
                part: try part(parts[row], row, path),
                fold: try fold(folds[row], row, path))
        }
        let pixels = try root.contains("pixels") ? texts("pixels") : nil
        let table = FeatureTable(
            dataset: Dataset(root: path, labelSpace: space, samples: samples), features: features,
            pixelDigests: try pixels?.enumerated().map { row, text in
                guard let digest = Digest(hexadecimal: text) else {
                    throw FeatureError.badValue(
                        file: path, dataset: "pixels", row: row, found: text, expected: "a SHA-256")
                }
                return digest
            },
            digest: try Digest(ofFile: path))
        return Content(table: table, extractor: try root.attributes.string("extractor"))
    }

    private static func part(_ text: String, _ row: Int, _ path: String) throws -> Part? {
        if text.isEmpty { return nil }
        guard let part = Part(rawValue: text) else {
            throw FeatureError.badValue(
                file: path, dataset: "parts", row: row, found: text, expected: "train, validation or test")
        }
        return part
    }

    private static func fold(_ text: String, _ row: Int, _ path: String) throws -> Int? {
        if text.isEmpty { return nil }
        guard let fold = Int(text) else {
            throw FeatureError.badValue(file: path, dataset: "folds", row: row, found: text, expected: "an integer")
        }
        return fold
    }
}
