import Datasets
import Files
import LinearAlgebra

/// A data set with the features of its samples: what classifiers are fitted and scored on.
public struct FeatureTable: Sendable {
    /// Only samples that have features.
    public let dataset: Dataset
    /// One row per sample.
    public let features: Matrix<Float>
    /// SHA-256 of each sample's decoded pixels; nil where the features did not come from pictures.
    public let pixelDigests: [Digest]?
    /// Samples that were left out because their files cannot be read.
    public let unreadable: [FeatureExtractor.Unreadable]

    /// - Precondition: one row (and digest) per sample.
    public init(
        dataset: Dataset, features: Matrix<Float>, pixelDigests: [Digest]?,
        unreadable: [FeatureExtractor.Unreadable] = []
    ) {
        precondition(features.rows == dataset.samples.count, "features of another number of samples")
        precondition(pixelDigests.map { $0.count == features.rows } ?? true, "digests of another number of samples")
        self.dataset = dataset
        self.features = features
        self.pixelDigests = pixelDigests
        self.unreadable = unreadable
    }

    /// Makes the features of a data set's pictures.
    ///
    /// - Throws: what `FeatureExtractor.extract` throws.
    public init(
        of dataset: Dataset, by extractor: FeatureExtractor, skipUnreadable: Bool, workers: Workers,
        progress: @Sendable (Int, Int) -> Void
    ) throws {
        let extraction = try extractor.extract(
            files: dataset.samples.map { dataset.path(of: $0) }, skipUnreadable: skipUnreadable, workers: workers,
            progress: progress)
        self.init(
            dataset: dataset.subset(extraction.readable), features: extraction.features,
            pixelDigests: extraction.pixelDigests, unreadable: extraction.unreadable)
    }
}
