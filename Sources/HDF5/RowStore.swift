import Files
import Foundation

/// An HDF5 file of rows that grows while a long computation runs and survives being killed at any moment.
///
/// Each row is a key of 32 bytes, `columns` floats and the first bytes of the SHA-256 of both. libhdf5 writes the
/// file once, whole, with room for more rows than there are (a hole in the file, which takes no space on the disk),
/// and gives it its name when it is complete. Rows are then written into that room by plain system calls at the
/// places that the file states: nothing of HDF5's own structure ever changes, so there is no moment at which a kill
/// could break it. (The library's single-writer mode promises the same and does not keep it: a kill between the
/// write of a chunk index and that of the end of the file makes the datasets unreadable.) When the room is used up
/// the file is rewritten with twice as much, again under a temporary name.
///
/// A row counts when its check is right. What a kill left half-written is dropped when the file is opened again; a
/// file that cannot be used is set aside under a name that the caller is told, and a new one is begun.
public final class RowStore: Sendable {
    public let path: String
    public let columns: Int
    /// What was found when the store was opened.
    public let recovery: Recovery

    public enum Recovery: Sendable, Equatable {
        /// A new file.
        case created
        /// All rows were sound.
        case intact(rows: Int)
        /// Some rows were not written to the end, or damaged since: they and what follows do not count.
        case tornTail(rows: Int, dropped: Int)
        /// The file could not be used, for this reason, and now has that name.
        case setAside(path: String, reason: String)
    }

    private let purpose: String
    private let writerLock: WriterLock
    private let lock = NSLock()
    /// Read and written with `lock` held.
    nonisolated(unsafe) private var file: RowStoreFile
    nonisolated(unsafe) private var rowCount: Int

    /// Opens the store at `path` for appending, or makes it.
    ///
    /// - Parameters:
    ///   - columns: floats per row.
    ///   - purpose: what the rows were computed with (preprocessing, network, format); a file made for another
    ///     purpose is set aside.
    ///   - capacity: rows that a new file has room for; more are no error.
    /// - Throws: `HDF5Error.inUse` if another process has it open; `FileError`; `HDF5Error.cannotWrite`.
    public static func open(
        _ path: String, columns: Int, purpose: String, capacity: Int = 4096
    ) throws -> RowStore {
        precondition(columns > 0 && capacity > 0, "\(columns) columns, room for \(capacity) rows")
        let writerLock = try WriterLock(path)
        func begin(_ recovery: Recovery) throws -> RowStore {
            let file = try RowStoreFile.create(path, columns: columns, purpose: purpose, capacity: capacity)
            return RowStore(
                path: path, purpose: purpose, recovery: recovery, writerLock: writerLock, file: file, rows: 0)
        }
        guard access(path, F_OK) == 0 else { return try begin(.created) }
        do {
            let file = try RowStoreFile.open(path, columns: columns, purpose: purpose)
            let (sound, begun) = try file.countRows()
            return RowStore(
                path: path, purpose: purpose,
                recovery: sound == begun ? .intact(rows: sound) : .tornTail(rows: sound, dropped: begun - sound),
                writerLock: writerLock, file: file, rows: sound)
        } catch let error as HDF5Error {
            return try begin(.setAside(path: try setAside(path), reason: error.description))
        }
    }

    /// How many rows there are.
    public var count: Int { lock.withLock { rowCount } }

    /// The keys of all rows in the order in which they were appended.
    public func keys() throws -> [Digest] {
        try lock.withLock { try file.keys(0 ..< rowCount) }
    }

    /// The values of some rows, row-major.
    ///
    /// - Precondition: `rows` is within `0 ..< count`.
    public func values(rows: Range<Int>) throws -> [Float] {
        try lock.withLock {
            precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows \(rows) of \(rowCount)")
            return try file.values(rows)
        }
    }

    /// Appends rows and hands them to the operating system: from then on they survive the death of the process.
    ///
    /// - Parameter values: one row after the other.
    /// - Precondition: `columns` values for each key.
    /// - Throws: `HDF5Error.cannotWrite`; the rows appended before are safe.
    public func append(keys: [Digest], values: [Float]) throws {
        precondition(
            values.count == keys.count * columns, "\(values.count) values for \(keys.count) rows of \(columns)")
        try lock.withLock {
            if rowCount + keys.count > file.capacity { try grow(toHold: rowCount + keys.count) }
            try file.write(keys: keys, values: values, at: rowCount)
            rowCount += keys.count
        }
    }

    private init(
        path: String, purpose: String, recovery: Recovery, writerLock: WriterLock, file: RowStoreFile, rows: Int
    ) {
        self.path = path
        self.columns = file.columns
        self.purpose = purpose
        self.recovery = recovery
        self.writerLock = writerLock
        self.file = file
        self.rowCount = rows
    }

    private func grow(toHold rows: Int) throws {
        let larger = try RowStoreFile.create(
            path, columns: columns, purpose: purpose, capacity: max(rows, 2 * file.capacity), copying: rowCount,
            of: file)
        file = larger
    }

    /// Renames an unusable file to the first free `name.damaged-1`, `-2`, …
    private static func setAside(_ path: String) throws -> String {
        var number = 1
        while access("\(path).damaged-\(number)", F_OK) == 0 { number += 1 }
        let aside = "\(path).damaged-\(number)"
        guard rename(path, aside) == 0 else { throw FileError.lastError(writing: path) }
        return aside
    }
}

/// Keeps a second process from writing. The lock stands beside the file, because the file comes and goes by rename,
/// and the system takes it away with the process.
private final class WriterLock: Sendable {
    private let descriptor: Int32

    init(_ path: String) throws {
        // `deinit` closes what the property holds, also after an error: it is set when nothing can fail any more.
        let opened = Foundation.open("\(path).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard opened >= 0 else { throw FileError.lastError(writing: path) }
        // A program that this one has just started holds a copy of every descriptor until it runs: a lock that was
        // given up may be free a little later.
        var attempts = 0
        while flock(opened, LOCK_EX | LOCK_NB) != 0 {
            attempts += 1
            guard attempts < 20 else {
                close(opened)
                throw HDF5Error.inUse(path: path)
            }
            usleep(10_000)
        }
        descriptor = opened
    }

    deinit { close(descriptor) }
}
