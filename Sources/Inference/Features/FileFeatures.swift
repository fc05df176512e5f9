import Classifiers
import Datasets
import Files
import LinearAlgebra

/// Computes the features of files.
package protocol FileFeatures: Sendable {
    /// Describes how the features are computed. Features are comparable if their labels are equal.
    var label: String { get }

    /// Computes the features of `files` or reads them from a cache.
    ///
    /// - Parameters:
    ///   - files: Full paths.
    ///   - skipUnreadable: Skips files that cannot be read.
    ///   - note: Receives messages about the cache.
    /// - Throws: The error of the first file that cannot be read, unless such files are skipped; errors of the cache.
    func extract(
        files: [String], skipUnreadable: Bool, workers: Workers, progress: @Sendable (Int, Int) -> Void,
        note: (String) -> Void
    ) throws -> FeatureExtractor.Extraction
}

extension FeatureExtractor: FileFeatures {}

extension InputKind {
    /// The names of the measurements that can be features; none for pictures.
    package var measurementNames: [String] {
        switch self {
        case .picture: []
        case .recording: MeasurementExtractor.allNames
        case .beats: BeatExtractor.allNames
        }
    }

    /// The samples in progress bars.
    package var unit: String {
        switch self {
        case .picture: "images"
        case .recording: "recordings"
        case .beats: "beats"
        }
    }
}
