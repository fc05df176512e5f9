import Datasets
import Files
import Foundation

/// An ARFF table with Mulan's list of labels, as the features that an experiment learns from.
enum MultilabelSource {
    /// Reads `path`.
    ///
    /// The extractor's name holds a digest of the features' names and order: a model trained on one table can score
    /// another with the same columns, and refuses one with others.
    ///
    /// - Throws: `ARFFError`, `FileError`, `LabelSpaceError`.
    static func read(_ path: String, labelSpace: LabelSpace?) throws -> FeatureFile.Content {
        let table = try MultilabelTable(contentsOf: path, labelSpace: labelSpace)
        let names = Digest(of: table.featureNames.map { $0 + "\0" }.joined())
        let contents = try MultilabelTable.sources(at: path).map { "\(try Digest(ofFile: $0))\n" }.joined()
        return FeatureFile.Content(
            table: FeatureTable(
                dataset: table.dataset, features: table.features, pixelDigests: nil,
                digest: Digest(of: "heartsense arff 1\n\(contents)\(table.dataset.labelSpace.yaml)")),
            extractor: "ARFF, \(table.featureNames.count) features, names \(names.description.prefix(16))")
    }
}
