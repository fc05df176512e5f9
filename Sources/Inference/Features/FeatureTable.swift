import Classifiers
import Datasets
import Files
import Foundation
import LinearAlgebra

/// A dataset with the features of its samples. Classifiers are fitted and scored on it.
public struct FeatureTable: Sendable {
    /// The samples that have features.
    public let dataset: Dataset
    /// One row per sample. Measurements that are missing are NaN.
    public let features: Matrix<Float>
    /// One row of `TraceStatistics.values` per sample; nil if the features did not come from pictures.
    public let traces: Matrix<Float>?
    /// The reasons to distrust each sample's features.
    package let findings: [[Reason]]
    /// SHA-256 of each sample's decoded pixels or signals; nil if the features did not come from files.
    public let pixelDigests: [Digest]?
    /// SHA-256 over samples, contents, labels, groups and parts. It identifies the dataset.
    public let digest: Digest
    /// The samples that were left out because their files cannot be read.
    public let unreadable: [FeatureExtractor.Unreadable]

    /// - Precondition: one row (and digest) per sample.
    package init(
        dataset: Dataset, features: Matrix<Float>, traces: Matrix<Float>? = nil, findings: [[Reason]]? = nil,
        pixelDigests: [Digest]?, digest: Digest,
        unreadable: [FeatureExtractor.Unreadable] = []
    ) {
        precondition(features.rows == dataset.samples.count, "features need one row per sample")
        precondition(traces.map { $0.rows == features.rows } ?? true, "traces need one row per sample")
        precondition(pixelDigests.map { $0.count == features.rows } ?? true, "there must be one digest per sample")
        self.dataset = dataset
        self.features = features
        self.traces = traces
        self.findings = findings ?? dataset.samples.map { _ in [] }
        self.pixelDigests = pixelDigests
        self.digest = digest
        self.unreadable = unreadable
    }

    /// Returns the samples at `indices`, in that order. The digest remains that of the whole table.
    package func selecting(rows indices: [Int]) -> FeatureTable {
        FeatureTable(
            dataset: dataset.subset(indices), features: features.selecting(rows: indices),
            traces: traces.map { $0.selecting(rows: indices) }, findings: indices.map { findings[$0] },
            pixelDigests: pixelDigests.map { all in indices.map { all[$0] } }, digest: digest, unreadable: unreadable)
    }

    /// Computes the features of a dataset's files.
    ///
    /// - Throws: The errors of `extract`; `FeatureError.nothingReadable`.
    package init(
        of dataset: Dataset, by extractor: some FileFeatures, skipUnreadable: Bool, workers: Workers,
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
            findings: extraction.findings, pixelDigests: extraction.pixelDigests,
            digest: readable.digest(contents: extraction.fileDigests),
            unreadable: extraction.unreadable)
    }
}

/// Errors in the features of a dataset.
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
            "\(dataset): no file could be read. First error: \(first)"
        case .notFinite(let file, let row):
            "\(file): row \(row + 1) of features is not finite, expected finite numbers. Extract the features again."
        case .rowCounts(let file, let dataset, let expected, let found):
            "\(file): \(dataset) has \(found) rows, expected \(expected). Extract the features again."
        case .badValue(let file, let dataset, let row, let found, let expected):
            "\(file): row \(row + 1) of \(dataset) is “\(found)”, expected \(expected). Extract the features again."
        case .unknownLabel(let file, let row, let code, let known):
            "\(file): row \(row + 1) has the unknown label “\(code)”. Known labels: \(known.joined(separator: ", "))."
        case .noSamples(let file):
            "\(file): the file has no samples, expected at least one."
        }
    }

    public var errorDescription: String? { description }
}
