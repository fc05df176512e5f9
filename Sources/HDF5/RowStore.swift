import Files
import Foundation

/// An HDF5 file of rows that a long computation appends to. It survives a kill at any moment.
///
/// Each row has a key of 32 bytes, `columns` floats and the first bytes of the SHA-256 of both. libhdf5 writes the file
/// once, with free capacity as a hole that takes no disk space, and renames it when it is complete. Rows are then
/// written into the hole by system calls. HDF5's metadata never changes, so a kill cannot damage it. If the capacity is
/// used up, the file is rewritten with twice as much and renamed again.
///
/// libhdf5's single-writer mode is not safe. A kill between the writes of a chunk index and of the end of the file
/// makes the datasets unreadable.
///
/// A row is valid if its checksum is. Incomplete rows are dropped when the file is opened again. An unusable file is
/// renamed, and a new one is started.
public final class RowStore: Sendable {
    public let path: String
    public let columns: Int
    /// The state of the file when the store was opened.
    public let recovery: Recovery

    public enum Recovery: Sendable, Equatable {
        /// A new file was created.
        case created
        /// All rows are valid.
        case intact(rows: Int)
        /// Incomplete or damaged rows, and those after them, were dropped.
        case tornTail(rows: Int, dropped: Int)
        /// The file was unusable and renamed to `path`.
        case setAside(path: String, reason: String)
    }

    private let purpose: String
    private let writerLock: WriterLock
    private let lock = NSLock()
    /// Accessed only with `lock` held.
    nonisolated(unsafe) private var file: RowStoreFile
    nonisolated(unsafe) private var rowCount: Int

    /// Opens the store at `path` for appending, or creates it.
    ///
    /// - Parameters:
    ///   - columns: floats per row.
    ///   - purpose: identifies the computation of the rows (preprocessing, network, format). A file for another purpose
    ///     is renamed.
    ///   - capacity: rows that a new file has space for; the store grows beyond it.
    /// - Throws: `HDF5Error.inUse` if another process has the file open. `FileError`, `HDF5Error.cannotWrite`.
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
            let (sound, started) = try file.countRows()
            return RowStore(
                path: path, purpose: purpose,
                recovery: sound == started ? .intact(rows: sound) : .tornTail(rows: sound, dropped: started - sound),
                writerLock: writerLock, file: file, rows: sound)
        } catch let error as HDF5Error {
            return try begin(.setAside(path: try setAside(path), reason: error.description))
        }
    }

    /// The number of rows.
    public var count: Int { lock.withLock { rowCount } }

    /// Returns the keys of all rows in the order of appending.
    public func keys() throws -> [Digest] {
        try lock.withLock { try file.keys(0 ..< rowCount) }
    }

    /// Returns the values of some rows in row-major order.
    ///
    /// - Precondition: `rows` is within `0 ..< count`.
    public func values(rows: Range<Int>) throws -> [Float] {
        try lock.withLock {
            precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows \(rows) of \(rowCount)")
            return try file.values(rows)
        }
    }

    /// Appends rows and passes them to the operating system. From then on they survive the death of the process.
    ///
    /// - Parameter values: rows × `columns`, row-major.
    /// - Precondition: there are `columns` values per key.
    /// - Throws: `HDF5Error.cannotWrite`; rows appended before stay valid.
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

/// Prevents a second process from writing. The lock is a separate file, because the data file is replaced by rename.
/// The operating system releases it when the process ends.
private final class WriterLock: Sendable {
    private let descriptor: Int32

    init(_ path: String) throws {
        // `deinit` closes the descriptor even after an error, so the property is set when nothing can fail anymore.
        let opened = Foundation.open("\(path).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard opened >= 0 else { throw FileError.lastError(writing: path) }
        // A child process holds a copy of every descriptor until it executes its program, so a released lock may become
        // free slightly later.
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
