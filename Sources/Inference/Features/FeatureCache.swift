import Files
import Foundation
import HDF5
import Imaging
import LinearAlgebra

/// Stores extracted features, keyed by the digest of the source file.
///
/// There is one HDF5 file for each pair of preprocessing and network. Rows are appended as they are computed and
/// survive a killed process (`RowStore`).
struct FeatureCache: Sendable {
    struct Entry: Sendable {
        /// SHA-256 of the file's bytes.
        let file: Digest
        /// SHA-256 of the decoded content, such as pixels.
        let pixels: Digest
        let features: [Float]
        /// Values that are no features, such as `TraceStatistics.values`.
        let trace: [Float]
    }

    private let store: RowStore
    private let width: Int
    private var rowOfFile: [Digest: Int] = [:]

    /// A digest is stored after the features as sixteen integers below 2¹⁶, which `Float` represents exactly.
    private static let digestColumns = 16

    /// Opens the cache file in `folder`, creating both if needed.
    ///
    /// - Parameters:
    ///   - key: The digest of preprocessing and network. It selects the file.
    ///   - width: The number of features per row.
    ///   - traces: The number of values per row that are no features.
    ///   - note: Receives a message if a damaged file was renamed.
    /// - Throws: `HDF5Error.inUse` if another run has the file open; `FileError`.
    init(folder: String, key: Digest, width: Int, traces: Int, note: (String) -> Void) throws {
        try AtomicFile.makeFolder(folder)
        let path = "\(folder)/features-\(key.description.prefix(16)).h5"
        store = try RowStore.open(
            path, columns: width + Self.digestColumns + traces, purpose: "features \(key)")
        self.width = width
        if case .setAside(let aside, let reason) = store.recovery {
            note("The feature cache \(path) is damaged and was renamed to \(aside): \(reason)")
        }
        for (row, file) in try store.keys().enumerated() { rowOfFile[file] = row }
    }

    /// Opens the cache file in `folder`.
    ///
    /// - Returns: nil with a note if another run has the file open, or if the user may not write to the folder; nil without
    ///   a folder.
    /// - Throws: `HDF5Error`, `FileError`.
    static func open(
        folder: String?, key: Digest, width: Int, traces: Int, note: (String) -> Void
    ) throws -> FeatureCache? {
        guard let folder else { return nil }
        guard !isForbidden(folder) else {
            note("Continuing without the feature cache: no permission to write to \(folder)")
            return nil
        }
        do {
            return try FeatureCache(folder: folder, key: key, width: width, traces: traces, note: note)
        } catch let error as HDF5Error {
            guard case .inUse = error else { throw error }
            note("Continuing without the feature cache: \(error)")
            return nil
        }
    }

    /// Whether the system forbids writing to a folder, or to the nearest existing one above it.
    private static func isForbidden(_ folder: String) -> Bool {
        var url = URL(fileURLWithPath: folder)
        while access(url.path, F_OK) != 0, errno == ENOENT, url.path != "/" { url.deleteLastPathComponent() }
        return access(url.path, W_OK | X_OK) != 0 && [EACCES, EPERM, EROFS].contains(errno)
    }

    var count: Int { rowOfFile.count }

    /// Returns the cached entry for a file.
    func entry(for file: Digest) throws -> Entry? {
        guard let row = rowOfFile[file] else { return nil }
        let values = try store.values(rows: row ..< row + 1)
        let halves = values[width ..< width + Self.digestColumns].compactMap { UInt16(exactly: $0) }
        let text = halves.map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
        guard let pixels = Digest(hexadecimal: text) else { return nil }
        return Entry(
            file: file, pixels: pixels, features: Array(values[..<width]),
            trace: Array(values[(width + Self.digestColumns)...]))
    }

    /// Adds new entries.
    mutating func append(_ entries: [Entry]) throws {
        var fresh: [Entry] = []
        for entry in entries where rowOfFile[entry.file] == nil {
            rowOfFile[entry.file] = store.count + fresh.count
            fresh.append(entry)
        }
        try store.append(
            keys: fresh.map(\.file),
            values: fresh.flatMap { entry -> [Float] in
                let bytes = entry.pixels.bytes
                let digest = (0 ..< Self.digestColumns).map { place -> Float in
                    Float(UInt16(bytes[2 * place]) << 8 | UInt16(bytes[2 * place + 1]))
                }
                return entry.features + digest + entry.trace
            })
    }
}
