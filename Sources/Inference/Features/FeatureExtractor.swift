import Classifiers
import Distribution
import Files
import Foundation
import Imaging
import LinearAlgebra
import NeuralNetwork
import Synchronization

/// Computes features from files: decodes and preprocesses pictures, and runs the network on them.
///
/// Results are cached by the file's digest. An interrupted extraction resumes where it stopped.
public struct FeatureExtractor: Sendable {
    public let preprocessing: Preprocessing
    public let network: MobileNetV2
    /// The cache folder; nil disables caching.
    public let cacheFolder: String?
    /// The perturbation of each picture before preprocessing; nil applies none.
    public let perturbation: SeededPerturbation?
    /// The ranks that divide the files. Rank 0 calls `extract`, the others call `serve`.
    let ranks: Ranks

    public init(
        preprocessing: Preprocessing, network: MobileNetV2, cacheFolder: String?,
        perturbation: SeededPerturbation? = nil, ranks: Ranks = .alone
    ) {
        self.preprocessing = preprocessing
        self.network = network
        self.cacheFolder = cacheFolder
        self.perturbation = perturbation
        self.ranks = ranks
    }

    /// Returns an extractor that perturbs each picture before preprocessing.
    public func perturbed(by perturbation: SeededPerturbation) -> FeatureExtractor {
        FeatureExtractor(
            preprocessing: preprocessing, network: network, cacheFolder: cacheFolder, perturbation: perturbation)
    }

    /// The digest of everything that the features depend on, except the picture.
    public var digest: Digest {
        Digest(
            of: "heartsense features 3\n\(preprocessing.fingerprint)\n\(network.weightsDigest)\n"
                + (network.precision == .float32 ? "" : "precision \(network.precision.rawValue)\n")
                + (perturbation.map { "\($0.fingerprint)\n" } ?? ""))
    }

    /// Describes how the features are computed. Features are comparable if their labels are equal.
    ///
    /// Models and feature files store this label.
    public var label: String {
        Self.label(preprocessing: preprocessing, weights: network.weightsDigest, precision: network.precision)
            + (perturbation.map { ", disturbed: \($0.kind.rawValue), seed \($0.seed)" } ?? "")
    }

    package static func label(preprocessing: Preprocessing, weights: Digest?, precision: Precision = .float32) -> String
    {
        "\(preprocessing.description), network \(weights.map(String.init(describing:)) ?? "none")\(precision.suffix)"
    }

    /// Returns the ink of the pictures that a label describes; nil for the features of other programs.
    package static func ink(ofLabel label: String) -> Preprocessing.Ink? {
        label.split(separator: " ").first.flatMap { Preprocessing.Ink(rawValue: String($0)) }
    }

    /// A file without features, and the reason.
    public struct Unreadable: Sendable, Equatable {
        public let path: String
        public let reason: String

        package init(path: String, reason: String) {
            self.path = path
            self.reason = reason
        }
    }

    /// The features of a list of files.
    public struct Extraction: Sendable {
        /// The positions in the list of files that have features, ascending.
        public let readable: [Int]
        /// One row per readable file.
        public let features: Matrix<Float>
        /// One row of `TraceStatistics.values` per readable file; nil if the files are not pictures.
        public let traces: Matrix<Float>?
        /// The reasons to distrust the features of each readable file.
        public let findings: [[Reason]]
        /// SHA-256 of the decoded pixels of each readable file.
        public let pixelDigests: [Digest]
        /// SHA-256 of the bytes of each readable file.
        public let fileDigests: [Digest]
        public let unreadable: [Unreadable]
        /// The number of files that came from the cache.
        public let cached: Int
    }

    /// The number of pictures per run of the network. Features do not depend on it.
    static let batch = 16
    /// The number of pictures between two writes of the cache.
    static let chunk = 256

    /// Computes the features of `files` or reads them from the cache.
    ///
    /// If another run has the cache open, this run works without it.
    ///
    /// - Parameters:
    ///   - files: Full paths.
    ///   - skipUnreadable: Skips files that cannot be read or contain no drawing.
    ///   - note: Receives messages about the cache.
    /// - Throws: The error of the first file that cannot be read, unless such files are skipped; `FileError` and
    ///   `HDF5Error` for the cache.
    public func extract(
        files: [String], skipUnreadable: Bool, workers: Workers, progress: @Sendable (Int, Int) -> Void,
        note: (String) -> Void = { _ in }
    ) throws -> Extraction {
        let width = network.featureCount
        var cache = try openCache(width: width, note: note)
        var rows = [Row?](repeating: nil, count: files.count)
        var failures: [(index: Int, error: any Error)] = []
        var cached = 0
        let done = Atomic<Int>(0)
        let arenas = arenas(workers)
        progress(0, files.count)
        for range in chunks(files.count) {
            let known = cache
            let results: [Result<Row, any Error>]
            if ranks.size > 1 {
                results = try handOut(range, of: files, known: known, arenas: arenas, workers: workers) {
                    progress(done.add($0, ordering: .relaxed).newValue, files.count)
                }
            } else {
                let pieces = Self.pieces(Array(range))
                let made = try workers.map(pieces.count) { piece, worker in
                    let result = work(on: pieces[piece], of: files, known: known, arena: arenas[worker])
                    progress(done.add(pieces[piece].count, ordering: .relaxed).newValue, files.count)
                    return result
                }
                results = made.flatMap { $0 }
            }
            for (index, result) in zip(range, results) {
                switch result {
                case .success(let row):
                    rows[index] = row
                    if row.isCached { cached += 1 }
                case .failure(let error):
                    failures.append((index, error))
                }
            }
            let fresh = results.compactMap { result in
                if case .success(let row) = result, !row.isCached { return row.entry }
                return nil
            }
            try cache?.append(fresh)
            // The finished features are in the cache, so a second run resumes here once the file is fixed.
            if let first = failures.first, !skipUnreadable { throw first.error }
        }
        let readable = rows.indices.filter { rows[$0] != nil }
        var features = Matrix<Float>(rows: readable.count, columns: width)
        for (target, index) in readable.enumerated() {
            features.values.replaceSubrange(target * width ..< (target + 1) * width, with: rows[index]!.entry.features)
        }
        return Extraction(
            readable: readable, features: features,
            traces: Matrix(
                rows: readable.count, columns: TraceStatistics.names.count,
                values: readable.flatMap { rows[$0]!.entry.trace }),
            findings: readable.map { _ in [] }, pixelDigests: readable.map { rows[$0]!.entry.pixels },
            fileDigests: readable.map { rows[$0]!.entry.file },
            unreadable: failures.map { Unreadable(path: files[$0.index], reason: "\($0.error)") }, cached: cached)
    }

    private func openCache(width: Int, note: (String) -> Void) throws -> FeatureCache? {
        try FeatureCache.open(
            folder: cacheFolder, key: digest, width: width, traces: TraceStatistics.names.count, note: note)
    }

    /// Returns memory for each worker. A chunk uses at most one worker per piece.
    func arenas(_ workers: Workers) -> [MobileNetV2.Arena] {
        let busy = min(workers.count, ranks.size * (Self.chunk + Self.batch - 1) / Self.batch)
        return (0 ..< busy).map { _ in network.makeArena() }
    }

    func chunks(_ count: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: ranks.size * Self.chunk).map {
            $0 ..< min($0 + ranks.size * Self.chunk, count)
        }
    }

    /// Divides files into batches for the network.
    static func pieces(_ files: [Int]) -> [[Int]] {
        stride(from: 0, to: files.count, by: batch).map { Array(files[$0 ..< min($0 + batch, files.count)]) }
    }

    struct Row: Sendable {
        let entry: FeatureCache.Entry
        let isCached: Bool
    }

    /// Processes some files in one worker. Returns one result per file.
    func work(
        on piece: [Int], of files: [String], known: FeatureCache?, arena: MobileNetV2.Arena
    ) -> [Result<Row, any Error>] {
        var results: [Result<Row, any Error>?] = []
        var pending: [(position: Int, file: Digest, pixels: Digest, image: GrayImage)] = []
        for index in piece {
            do {
                let bytes = try FileContent.bytes(of: files[index], limit: Page.Limits().bytes)
                let file = Digest(of: bytes)
                // A faulty cache entry is not an error of the picture: recompute it.
                if let entry = try? known?.entry(for: file) {
                    results.append(.success(Row(entry: entry, isCached: true)))
                    continue
                }
                let page = try Page(decoding: bytes, name: files[index])
                let seen = try perturbation?.apply(to: page, file: file, name: files[index]) ?? page
                let image = try preprocessing.apply(to: seen, name: files[index])
                pending.append((results.count, file, page.pixelDigest, image))
                results.append(nil)
            } catch {
                results.append(.failure(error))
            }
        }
        let width = network.featureCount
        var features = [Float](repeating: 0, count: pending.count * width)
        pending.flatMap { $0.image.pixels }.withUnsafeBufferPointer { pixels in
            features.withUnsafeMutableBufferPointer { network.features(of: pixels, into: $0, arena: arena) }
        }
        for (row, item) in pending.enumerated() {
            let entry = FeatureCache.Entry(
                file: item.file, pixels: item.pixels, features: Array(features[row * width ..< (row + 1) * width]),
                trace: TraceStatistics(of: item.image).values.map(Float.init))
            results[item.position] = .success(Row(entry: entry, isCached: false))
        }
        return results.map { $0! }
    }
}
