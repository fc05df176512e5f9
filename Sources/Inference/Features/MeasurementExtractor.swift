import Classifiers
import Datasets
import DiagnosticFeatures
import Files
import Foundation
import LinearAlgebra
import Synchronization

/// Computes named measurements from recordings of twelve leads and from pages that show them.
///
/// Results are cached by the digest of the files. An interrupted extraction resumes where it stopped.
public struct MeasurementExtractor: FileFeatures {
    /// The names of the measurements, in the order of features.
    public let names: [String]
    /// The cache folder; nil disables caching.
    public let cacheFolder: String?

    /// The version of the measurements. It changes when a formula, the beat detector or the digitization of pages changes.
    static let version = 2
    /// The number of files between two writes of the cache.
    static let chunk = 64
    /// The names of all measurements.
    public static let allNames = TwelveLeadMeasurement.table.map(\.name)

    /// - Parameter names: names of `allNames`.
    public init(names: [String], cacheFolder: String?) {
        precondition(!names.isEmpty && names.allSatisfy(Self.allNames.contains), "unknown measurements \(names)")
        self.names = names
        self.cacheFolder = cacheFolder
    }

    public var label: String { Self.label(names: names) }

    static func label(names: [String]) -> String {
        let chosen = names == allNames ? "all \(allNames.count)" : names.joined(separator: ", ")
        return "measurements \(version): \(chosen)"
    }

    /// The columns of the chosen measurements in the table of all.
    private var columns: [Int] { names.map { name in Self.allNames.firstIndex(of: name)! } }

    /// Returns the features of measured recordings: n × d, NaN where a value is missing.
    package func features(of recordings: [MeasuredRecording]) -> Matrix<Float> {
        let columns = columns
        return Matrix(
            rows: recordings.count, columns: columns.count,
            values: recordings.flatMap { recording in columns.map { Float(recording.measurements.values[$0]) } })
    }

    package func extract(
        files: [String], skipUnreadable: Bool, workers: Workers, progress: @Sendable (Int, Int) -> Void,
        note: (String) -> Void
    ) throws -> FeatureExtractor.Extraction {
        var cache = try openCache(note: note)
        var rows: [(entry: FeatureCache.Entry, isCached: Bool)?] = []
        var failures: [FeatureExtractor.Unreadable] = []
        let done = Atomic<Int>(0)
        progress(0, files.count)
        for start in stride(from: 0, to: files.count, by: Self.chunk) {
            let range = start ..< min(start + Self.chunk, files.count)
            let known = cache
            let results = try workers.map(range.count) { index, _ in
                let result = Result { try Self.entry(of: files[range.lowerBound + index], known: known) }
                progress(done.add(1, ordering: .relaxed).newValue, files.count)
                return result
            }
            var first: (any Error)?
            for (index, result) in zip(range, results) {
                switch result {
                case .success(let row): rows.append(row)
                case .failure(let error):
                    rows.append(nil)
                    failures.append(.init(path: files[index], reason: "\(error)"))
                    first = first ?? error
                }
            }
            try cache?.append(rows[range].compactMap { $0 }.filter { !$0.isCached }.map(\.entry))
            // The finished measurements are in the cache, so a second run resumes here once the file is fixed.
            if let first, !skipUnreadable { throw first }
        }
        let readable = rows.indices.filter { rows[$0] != nil }
        let entries = readable.map { rows[$0]!.entry }
        let columns = columns
        return FeatureExtractor.Extraction(
            readable: readable,
            features: Matrix(
                rows: readable.count, columns: columns.count,
                values: entries.flatMap { entry in columns.map { entry.features[$0] } }),
            traces: nil, findings: entries.map { Self.findings($0.trace[0]) }, pixelDigests: entries.map(\.pixels),
            fileDigests: entries.map(\.file), unreadable: failures, cached: rows.count { $0?.isCached ?? false })
    }

    private func openCache(note: (String) -> Void) throws -> FeatureCache? {
        try FeatureCache.open(
            folder: cacheFolder, key: Digest(of: "heartsense measurements \(Self.version)\n\(Self.allNames)\n"),
            width: Self.allNames.count, traces: 1, note: note)
    }

    /// Returns all measurements of a file, and whether they come from the cache.
    private static func entry(
        of path: String, known: FeatureCache?
    ) throws -> (entry: FeatureCache.Entry, isCached: Bool) {
        let file = try Digest(ofSample: path)
        // A faulty cache entry is not an error of the recording: measure it again.
        if let entry = try? known?.entry(for: file) { return (entry, true) }
        let measured = try MeasuredRecording(contentsOf: path)
        let entry = FeatureCache.Entry(
            file: file, pixels: measured.contentDigest, features: measured.measurements.values.map(Float.init),
            trace: [number(measured.findings)])
        return (entry, false)
    }

    /// Returns reasons as a number with a bit per reason.
    private static func number(_ findings: [Reason]) -> Float {
        Float(Reason.allCases.enumerated().reduce(0) { findings.contains($1.element) ? $0 | 1 << $1.offset : $0 })
    }

    private static func findings(_ number: Float) -> [Reason] {
        Reason.allCases.enumerated().filter { Int(number) & 1 << $0.offset != 0 }.map(\.element)
    }
}
