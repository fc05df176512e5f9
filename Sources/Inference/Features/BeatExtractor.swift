import Classifiers
import Datasets
import DiagnosticFeatures
import Files
import Foundation
import LinearAlgebra
import Signals

/// Computes named features of annotated beats in their rhythm, from one or two leads.
///
/// All beats of a record are measured at once. Results are cached by the digest of the record and its annotations. An
/// interrupted extraction resumes where it stopped.
public struct BeatExtractor: FileFeatures {
    /// The names of the features, in order.
    public let names: [String]
    /// The cache folder; nil disables caching.
    public let cacheFolder: String?

    /// The version of the formulas. It changes when any feature changes.
    static let version = 2
    /// The names of all features.
    public static let allNames = BeatFeature.table.map(\.name)
    /// The columns of the chosen features in the table of all.
    private let columns: [Int]

    /// - Parameter names: names of `allNames`.
    public init(names: [String], cacheFolder: String?) {
        precondition(!names.isEmpty && names.allSatisfy(Self.allNames.contains), "unknown features \(names)")
        self.names = names
        self.cacheFolder = cacheFolder
        columns = names.map { name in Self.allNames.firstIndex(of: name)! }
    }

    public var label: String {
        let chosen = names == Self.allNames ? "all \(names.count)" : names.joined(separator: ", ")
        return "beats \(Self.version): \(chosen)"
    }

    /// Returns the chosen features of some beats: n × d, NaN where a value is missing.
    package func features(of range: Range<Int>, in features: BeatFeatures) -> Matrix<Float> {
        let all = features.values(of: range)
        return Matrix(
            rows: range.count, columns: columns.count,
            values: (0 ..< range.count).flatMap { row in columns.map { Float(all[row, $0]) } })
    }

    /// - Parameter files: paths of records with the sample of a beat, as `AnnotatedBeats` names them.
    package func extract(
        files: [String], skipUnreadable: Bool, workers: Workers, progress: @Sendable (Int, Int) -> Void,
        note: (String) -> Void
    ) throws -> FeatureExtractor.Extraction {
        let records = Self.records(of: files)
        var cache = try openCache(note: note)
        var entries = [FeatureCache.Entry?](repeating: nil, count: files.count)
        var failures: [(index: Int, reason: String)] = []
        var (cached, done) = (0, 0)
        progress(0, files.count)
        for start in stride(from: 0, to: records.count, by: workers.count) {
            let chunk = Array(records[start ..< min(start + workers.count, records.count)])
            let known = cache
            let results = try workers.map(chunk.count) { index, _ in
                Result { try Self.entries(of: chunk[index], known: known) }
            }
            var first: (any Error)?
            for (record, result) in zip(chunk, results) {
                switch result {
                case .success(let found):
                    for (beat, entry) in zip(record.beats, found.entries) { entries[beat.index] = entry }
                    if found.areCached { cached += record.beats.count } else { try cache?.append(found.entries) }
                case .failure(let error):
                    failures += record.beats.map { ($0.index, "\(error)") }
                    first = first ?? error
                }
                done += record.beats.count
                progress(done, files.count)
            }
            // The finished features are in the cache, so a second run resumes here once the record is fixed.
            if let first, !skipUnreadable { throw first }
        }
        let readable = entries.indices.filter { entries[$0] != nil }
        let rows = readable.map { entries[$0]! }
        failures.sort { $0.index < $1.index }
        return FeatureExtractor.Extraction(
            readable: readable,
            features: Matrix(
                rows: rows.count, columns: columns.count,
                values: rows.flatMap { entry in columns.map { entry.features[$0] } }),
            traces: nil, findings: rows.map { _ in [] }, pixelDigests: rows.map(\.pixels),
            fileDigests: rows.map(\.file),
            unreadable: failures.map { .init(path: files[$0.index], reason: $0.reason) }, cached: cached)
    }

    /// A record with the beats that are asked for.
    private struct Record: Sendable {
        let path: String
        /// Places in the list of files, and samples of the record.
        var beats: [(index: Int, sample: Int)]
    }

    private static func records(of files: [String]) -> [Record] {
        var records: [Record] = []
        var places: [String: Int] = [:]
        for (index, file) in files.enumerated() {
            guard let (path, sample) = AnnotatedBeats.place(file) else { preconditionFailure("\(file) is not a beat") }
            let place = places[path] ?? records.count
            if place == records.count {
                records.append(Record(path: path, beats: []))
                places[path] = place
            }
            records[place].beats.append((index, sample))
        }
        return records
    }

    private func openCache(note: (String) -> Void) throws -> FeatureCache? {
        try FeatureCache.open(
            folder: cacheFolder, key: Digest(of: "heartsense beats \(Self.version)\n\(Self.allNames)\n"),
            width: Self.allNames.count, traces: 0, note: note)
    }

    /// Returns all features of a record's beats, and whether they come from the cache.
    private static func entries(
        of record: Record, known: FeatureCache?
    ) throws -> (entries: [FeatureCache.Entry], areCached: Bool) {
        let content = try Digest(ofSample: record.path)
        let file = Digest(of: "\(content)\n\(try Digest(ofFile: record.path + ".atr"))\n")
        let digests = record.beats.map { Digest(of: "\(file) \($0.sample)") }
        // A faulty cache entry is not an error of the record: measure it again.
        if let known, let stored = try? digests.map({ try known.entry(for: $0) }),
            !stored.contains(where: { $0 == nil })
        {
            return (stored.compactMap { $0 }, true)
        }
        let recording = try WFDBRecord(record.path).recording
        guard let annotated = try AnnotatedBeats(of: record.path), let last = annotated.samples.last else {
            throw RenderingError.noAnnotations(record: record.path)
        }
        guard annotated.samples[0] >= 0, last < recording.sampleCount else {
            throw BeatError.outside(record: record.path, sample: last, count: recording.sampleCount)
        }
        let beats = BeatDetector().beats(at: annotated.samples, in: recording)
        if let refusal = beats.refusal, beats.beats.isEmpty {
            throw BeatError.unusable(record: record.path, reason: "\(refusal)")
        }
        let values = BeatFeatures(of: recording, beats: beats).values
        let rows = Dictionary(uniqueKeysWithValues: annotated.samples.enumerated().map { ($1, $0) })
        let entries = try zip(record.beats, digests).map { beat, digest in
            guard let row = rows[beat.sample] else {
                throw BeatError.noBeat(record: record.path, sample: beat.sample)
            }
            // Copies of a record have equal contents, and its beats differ by their samples.
            return FeatureCache.Entry(
                file: digest, pixels: Digest(of: "\(content) \(beat.sample)"),
                features: values.row(row).map(Float.init),
                trace: [])
        }
        return (entries, false)
    }
}

/// A record whose annotated beats cannot be measured.
public enum BeatError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case outside(record: String, sample: Int, count: Int)
    case noBeat(record: String, sample: Int)
    case unusable(record: String, reason: String)

    public var description: String {
        switch self {
        case .outside(let record, let sample, let count):
            "\(record).atr: a beat is annotated at sample \(sample), but the record has \(count) samples. Use the "
                + "annotations of this record."
        case .noBeat(let record, let sample):
            "\(record).atr: no beat is annotated at sample \(sample). List the data again."
        case .unusable(let record, let reason): "\(record): \(reason)"
        }
    }

    public var errorDescription: String? { description }
}
