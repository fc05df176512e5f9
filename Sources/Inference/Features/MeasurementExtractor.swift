import Classifiers
import Datasets
import DiagnosticFeatures
import Files
import Foundation
import LinearAlgebra
import NeuralNetwork
import Synchronization

/// Computes named measurements from recordings of twelve leads and from pages that show them, and the features of a
/// network that reads a drawing of the usual beats.
///
/// Results are cached by the digest of the files. An interrupted extraction resumes where it stopped.
public struct MeasurementExtractor: FileFeatures {
    /// The names of the measurements, which are the first features, in their order.
    public let names: [String]
    /// The network whose features follow the measurements; nil for none.
    let network: MobileNetV2?
    /// The cache folder; nil disables caching.
    public let cacheFolder: String?

    /// The version of the measurements. It changes when a formula, the beat detector or the digitization of pages changes.
    static let version = 3
    /// The number of files between two writes of the cache.
    static let chunk = 64
    /// The names of all measurements.
    public static let allNames = TwelveLeadMeasurement.table.map(\.name)

    /// - Parameters:
    ///   - names: names of `allNames`; they can be none with a network.
    ///   - network: reads pictures of `UsualBeatsDrawing.side`.
    public init(names: [String], network: MobileNetV2? = nil, cacheFolder: String?) {
        precondition(names.allSatisfy(Self.allNames.contains), "unknown measurements \(names)")
        precondition(!names.isEmpty || network != nil, "no features")
        precondition(network.map { $0.inputSize == UsualBeatsDrawing.side } ?? true, "a network of another size")
        self.names = names
        self.network = network
        self.cacheFolder = cacheFolder
    }

    public var label: String {
        Self.label(names: names, network: network?.weightsDigest, precision: network?.precision ?? .float32)
    }

    package static func label(names: [String], network: Digest? = nil, precision: Precision = .float32) -> String {
        let chosen =
            names.isEmpty ? "none" : names == allNames ? "all \(allNames.count)" : names.joined(separator: ", ")
        return "measurements \(version): \(chosen)" + (network.map { ", \(drawn(by: $0, precision))" } ?? "")
    }

    private static func drawn(by network: Digest, _ precision: Precision) -> String {
        "drawing \(UsualBeatsDrawing.version), network \(network)\(precision.suffix)"
    }

    /// The columns of the chosen features in the table of all.
    private var columns: [Int] {
        names.map { name in Self.allNames.firstIndex(of: name)! } + Array(Self.allNames.count ..< width)
    }

    /// The number of all measurements and features of the network.
    private var width: Int { Self.allNames.count + (network?.featureCount ?? 0) }

    /// Returns the features of measured recordings: n × d, NaN where a value is missing.
    package func features(
        of recordings: [MeasuredRecording], workers: Workers = Workers(count: 1)
    ) throws -> Matrix<Float> {
        let (columns, rows) = (columns, try workers.map(recordings.count) { index, _ in values(of: recordings[index]) })
        return Matrix(
            rows: recordings.count, columns: columns.count, values: rows.flatMap { row in columns.map { row[$0] } })
    }

    /// Returns all measurements of a recording and the features of the network, which are missing without a usual beat.
    private func values(of recording: MeasuredRecording) -> [Float] {
        let measured = recording.measurements.values.map(Float.init)
        guard let network else { return measured }
        guard let drawing = UsualBeatsDrawing.picture(of: recording.measurements.usualBeats) else {
            return measured + Array(repeating: .nan, count: network.featureCount)
        }
        return measured + network.features(of: [drawing], workers: Workers(count: 1)).values
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
                let result = Result { try entry(of: files[range.lowerBound + index], known: known) }
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
        let drawing = network.map { "\(Self.drawn(by: $0.weightsDigest, $0.precision))\n" } ?? ""
        return try FeatureCache.open(
            folder: cacheFolder,
            key: Digest(of: "heartsense measurements \(Self.version)\n\(Self.allNames)\n\(drawing)"),
            width: width, traces: 1, note: note)
    }

    /// Returns all values of a file, and whether they come from the cache.
    private func entry(
        of path: String, known: FeatureCache?
    ) throws -> (entry: FeatureCache.Entry, isCached: Bool) {
        let file = try Digest(ofSample: path)
        // A faulty cache entry is not an error of the recording: measure it again.
        if let entry = try? known?.entry(for: file) { return (entry, true) }
        let measured = try MeasuredRecording(contentsOf: path)
        let entry = FeatureCache.Entry(
            file: file, pixels: measured.contentDigest, features: values(of: measured),
            trace: [Self.number(measured.findings)])
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
