import Datasets
import Files
import Foundation
import LinearAlgebra

/// A data set with the features of its samples: what classifiers are fitted and scored on.
public struct FeatureTable: Sendable {
    /// Only samples that have features.
    public let dataset: Dataset
    /// One row per sample.
    public let features: Matrix<Float>
    /// One row of `TraceStatistics.values` per sample; nil where the features did not come from pictures.
    public let traces: Matrix<Float>?
    /// SHA-256 of each sample's decoded pixels; nil where the features did not come from pictures.
    public let pixelDigests: [Digest]?
    /// SHA-256 over samples, contents, labels, groups and parts: what the data set is known by.
    public let digest: Digest
    /// Samples that were left out because their files cannot be read.
    public let unreadable: [FeatureExtractor.Unreadable]

    /// - Precondition: one row (and digest) per sample.
    public init(
        dataset: Dataset, features: Matrix<Float>, traces: Matrix<Float>? = nil, pixelDigests: [Digest]?,
        digest: Digest,
        unreadable: [FeatureExtractor.Unreadable] = []
    ) {
        precondition(features.rows == dataset.samples.count, "features of another number of samples")
        precondition(traces.map { $0.rows == features.rows } ?? true, "traces of another number of samples")
        precondition(pixelDigests.map { $0.count == features.rows } ?? true, "digests of another number of samples")
        self.dataset = dataset
        self.features = features
        self.traces = traces
        self.pixelDigests = pixelDigests
        self.digest = digest
        self.unreadable = unreadable
    }

    /// The samples at `indices`, in that order; the digest stays that of the whole.
    package func selecting(rows indices: [Int]) -> FeatureTable {
        FeatureTable(
            dataset: dataset.subset(indices), features: features.selecting(rows: indices),
            traces: traces.map { $0.selecting(rows: indices) },
            pixelDigests: pixelDigests.map { all in indices.map { all[$0] } }, digest: digest, unreadable: unreadable)
    }

    /// Makes the features of a data set's pictures.
    ///
    /// - Throws: what `FeatureExtractor.extract` throws; `FeatureError.nothingReadable`.
    public init(
        of dataset: Dataset, by extractor: FeatureExtractor, skipUnreadable: Bool, workers: Workers,
        progress: @Sendable (Int, Int) -> Void, note: (String) -> Void
    ) throws {
        let extraction = try extractor.extract(
            files: dataset.samples.map { dataset.path(of: $0) }, skipUnreadable: skipUnreadable, workers: workers,
            progress: progress, note: note)
        guard !extraction.readable.isEmpty else {
            throw FeatureError.nothingReadable(dataset: dataset.root, first: extraction.unreadable[0].reason)
        }
        let readable = dataset.subset(extraction.readable)
        self.init(
            dataset: readable, features: extraction.features, traces: extraction.traces,
            pixelDigests: extraction.pixelDigests, digest: readable.digest(contents: extraction.fileDigests),
            unreadable: extraction.unreadable)
    }
}

/// What can go wrong with the features of a whole data set.
public enum FeatureError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case nothingReadable(dataset: String, first: String)
    case notFinite(file: String, row: Int)
    case rowCounts(file: String, dataset: String, expected: Int, found: Int)
    case badValue(file: String, dataset: String, row: Int, found: String, expected: String)
    case unknownLabel(file: String, row: Int, code: String, known: [String])
    case noSamples(file: String)

    public var description: String {
        switch self {
        case .nothingReadable(let dataset, let first):
            "\(dataset): not one picture could be read. The first: \(first)"
        case .notFinite(let file, let row):
            "\(file): the features of row \(row + 1) are not all finite numbers. Make the file again."
        case .rowCounts(let file, let dataset, let expected, let found):
            "\(file): \(dataset) has \(found) rows, \(expected) were expected. Make the file again."
        case .badValue(let file, let dataset, let row, let found, let expected):
            "\(file): \(dataset) has “\(found)” in row \(row + 1), expected \(expected). Make the file again."
        case .unknownLabel(let file, let row, let code, let known):
            "\(file): the label “\(code)” of row \(row + 1) is unknown; its label space has "
                + "\(known.joined(separator: ", "))."
        case .noSamples(let file):
            "\(file): there are no samples in it."
        }
    }

    public var errorDescription: String? { description }
}
