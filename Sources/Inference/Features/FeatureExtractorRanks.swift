import Distribution
import Files
import Foundation
import Imaging
import LinearAlgebra
import NeuralNetwork

// The extraction of features by several ranks. Rank 0 has the cache and gives the others the files that it lacks.
extension FeatureExtractor {
    /// Computes the features that rank 0 hands out in its call of `extract`.
    ///
    /// - Parameter files: the same as in rank 0.
    package func serve(files: [String], workers: Workers) throws {
        let arenas = arenas(workers)
        for _ in chunks(files.count) {
            try distribute(Self.pieces(Self.indices(ranks.broadcast())), of: files, arenas: arenas, workers: workers)
        }
    }

    /// Returns the results of a range of files, computed by all ranks or read from the cache.
    func handOut(
        _ range: Range<Int>, of files: [String], known: FeatureCache?, arenas: [MobileNetV2.Arena], workers: Workers,
        progress: @Sendable (_ finished: Int) -> Void
    ) throws -> [Result<Row, any Error>] {
        var results = try workers.map(range.count) { place, _ -> Result<Row, any Error>? in
            guard let known, let file = try? Digest(ofFile: files[range.lowerBound + place]),
                let entry = try? known.entry(for: file)
            else { return nil }
            return .success(Row(entry: entry, isCached: true))
        }
        let open = range.filter { results[$0 - range.lowerBound] == nil }
        progress(range.count - open.count)
        _ = ranks.broadcast(open.withUnsafeBytes { Array($0) })
        let pieces = Self.pieces(open)
        try distribute(pieces, of: files, arenas: arenas, workers: workers) { piece, bytes in
            for (index, result) in zip(pieces[piece], decoded(bytes)) { results[index - range.lowerBound] = result }
            progress(pieces[piece].count)
        }
        return results.map { $0! }
    }

    private func distribute(
        _ pieces: [[Int]], of files: [String], arenas: [MobileNetV2.Arena], workers: Workers,
        consume: (Int, [UInt8]) throws -> Void = { _, _ in }
    ) throws {
        try ranks.distribute(pieces.count, workers: Workers(count: arenas.count)) { piece, worker in
            Self.encoded(work(on: pieces[piece], of: files, known: nil, arena: arenas[worker]))
        } consume: {
            try consume($0, $1)
        }
    }

    private static func indices(_ bytes: [UInt8]) -> [Int] {
        bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 8).map { bytes.loadUnaligned(fromByteOffset: $0, as: Int.self) }
        }
    }

    // MARK: - Messages

    /// An error of another rank.
    private struct Unreported: Error, CustomStringConvertible {
        let description: String
    }

    private static let digestBytes = 64

    /// For each file 1, both digests, the features and the values of the trace, or 0 and the length and text of the error.
    private static func encoded(_ results: [Result<Row, any Error>]) -> [UInt8] {
        var bytes: [UInt8] = []
        for result in results {
            switch result {
            case .success(let row):
                bytes.append(1)
                bytes += Array("\(row.entry.file)\(row.entry.pixels)".utf8)
                bytes += (row.entry.features + row.entry.trace).withUnsafeBytes { Array($0) }
            case .failure(let error):
                let text = Array("\(error)".utf8)
                bytes.append(0)
                bytes += withUnsafeBytes(of: text.count) { Array($0) } + text
            }
        }
        return bytes
    }

    private func decoded(_ bytes: [UInt8]) -> [Result<Row, any Error>] {
        var results: [Result<Row, any Error>] = []
        var place = 0
        func take(_ count: Int) -> ArraySlice<UInt8> {
            defer { place += count }
            return bytes[place ..< place + count]
        }
        func text(_ count: Int) -> String { String(decoding: take(count), as: UTF8.self) }
        let floats = network.featureCount + TraceStatistics.names.count
        while place < bytes.count {
            if take(1).first == 0 {
                results.append(.failure(Unreported(description: text(Self.indices(Array(take(8)))[0]))))
                continue
            }
            guard let file = Digest(hexadecimal: text(Self.digestBytes)),
                let pixels = Digest(hexadecimal: text(Self.digestBytes))
            else { preconditionFailure("another rank sent no digest") }
            let values = Array(take(4 * floats)).withUnsafeBytes { bytes in
                (0 ..< floats).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
            }
            let entry = FeatureCache.Entry(
                file: file, pixels: pixels, features: Array(values[..<network.featureCount]),
                trace: Array(values[network.featureCount...]))
            results.append(.success(Row(entry: entry, isCached: false)))
        }
        return results
    }
}
