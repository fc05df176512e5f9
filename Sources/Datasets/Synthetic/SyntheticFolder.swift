import Files
import Foundation
import Synchronization

/// Builds a whole folder under a temporary name and gives it its own when it is complete.
enum FolderUnderConstruction {
    /// - Parameters:
    ///   - folder: must not exist, or be empty; folders above it are made.
    ///   - body: fills the folder whose path it is given.
    /// - Throws: what `body` throws, or `FileError`; nothing of the folder is left then.
    static func build(_ folder: String, _ body: (_ construction: String) throws -> Void) throws {
        let url = URL(fileURLWithPath: folder).standardizedFileURL
        let parent = url.deletingLastPathComponent()
        try AtomicFile.makeFolder(parent.path)
        // The process number keeps two programs apart, the random part two calls.
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
    /// Without waiting for the disk: thousands of small files would take most of the time that the set takes, and
    /// until the folder has its name nobody relies on them.
    static func write(_ data: Data, to path: String) throws {
        guard let file = fopen(path, "wb") else { throw FileError.lastError(writing: path) }
        let written = data.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
        let reason = errno
        // What was buffered is written here: a full disk may show only now.
        guard fclose(file) == 0 else { throw FileError.lastError(writing: path) }
        guard written == data.count else {
            throw FileError.cannotWrite(path: path, reason: String(cString: strerror(reason)))
        }
    }
}

/// Counts what threads have finished.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    /// One more than before.
    func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}
