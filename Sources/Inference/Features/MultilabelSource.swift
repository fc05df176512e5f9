import Datasets
import Files
import Foundation

/// Reads an ARFF table with Mulan's list of labels as a feature table.
enum MultilabelSource {
    /// Reads `path`.
    ///
    /// The extractor's name contains a digest of the features' names and order. A model therefore accepts only tables
    /// with the columns that it was trained on.
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
