import Files
import Foundation
import Synchronization

/// Builds a folder under a temporary name and renames it when it is complete.
enum AtomicFolder {
    /// - Parameters:
    ///   - folder: must be new or empty; missing parent folders are created.
    ///   - body: fills the folder at the given path.
    /// - Throws: any error of `body`, or `FileError`; then nothing of the folder is left.
    static func build(_ folder: String, _ body: (_ construction: String) throws -> Void) throws {
        let url = URL(fileURLWithPath: folder).standardizedFileURL
        let parent = url.deletingLastPathComponent()
        try AtomicFile.makeFolder(parent.path)
        guard access(parent.path, W_OK | X_OK) == 0 else { throw FileError.lastError(writing: folder) }
        // Unique by process and random number.
        let name = ".\(url.lastPathComponent).\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
        let construction = parent.appendingPathComponent(name).path
        do {
            try AtomicFile.makeFolder(construction)
            try body(construction)
            guard rename(construction, url.path) == 0 else { throw FileError.lastError(writing: folder) }
        } catch {
            try? FileManager.default.removeItem(atPath: construction)
            throw error
        }
    }

    /// Writes one of the folder's files.
    ///
    /// It does not wait for the disk, which would take most of the time for thousands of small files. The files are not
    /// used until the folder is renamed.
    static func write(_ data: Data, to path: String) throws {
        guard let file = fopen(path, "wb") else { throw FileError.lastError(writing: path) }
        let written = data.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
        let reason = errno
        // Buffered data are written here, so that a full disk may be detected only now.
        guard fclose(file) == 0 else { throw FileError.lastError(writing: path) }
        guard written == data.count else {
            throw FileError.cannotWrite(path: path, reason: String(cString: strerror(reason)))
        }
    }
}

/// Counts finished items across threads.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    /// Adds one and returns the sum.
    func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}
