import CHDF5
import Files
import Foundation

/// An HDF5 file of rows that grows while a long computation runs and survives being killed at any moment.
///
/// Each row is a key of 32 bytes, `columns` floats and a checksum of both. Appends are made in the library's
/// single-writer mode, which orders its writes so that the file on the disk can be read after every one of them; a
/// row counts only when its three parts are there and its checksum is right. What a kill left half-written is a torn
/// tail of at most one batch, which is dropped when the file is opened again. A file that is damaged in another way,
/// or that was made for another purpose, is set aside under a name that the caller is told and a new one is begun.
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
        /// The last append had been interrupted.
        case tornTail(rows: Int, dropped: Int)
        /// The file could not be used, for this reason, and now has that name.
        case setAside(path: String, reason: String)
    }

    private let lockFile: Int32
    private let handle: Handle
    private let parts: RowStoreParts
    /// Read and written inside `Library.locked`.
    nonisolated(unsafe) private var rowCount: Int

    /// Opens the store at `path` for appending, or makes it.
    ///
    /// - Parameters:
    ///   - columns: floats per row.
    ///   - purpose: what the rows were computed with (preprocessing, network, format); a file made for another
    ///     purpose is set aside.
    /// - Throws: `HDF5Error.inUse` if another process has it open; `FileError`; `HDF5Error.cannotWrite`.
    public static func open(_ path: String, columns: Int, purpose: String) throws -> RowStore {
        precondition(columns > 0, "\(columns) columns")
        let lock = try lock(path)
        do {
            guard access(path, F_OK) == 0 else {
                return try begin(path, columns: columns, purpose: purpose, lock: lock, recovery: .created)
            }
            do {
                return try reopen(path, columns: columns, purpose: purpose, lock: lock)
            } catch let error as HDF5Error {
                let aside = try setAside(path)
                return try begin(
                    path, columns: columns, purpose: purpose, lock: lock,
                    recovery: .setAside(path: aside, reason: error.description))
            }
        } catch {
            close(lock)
            throw error
        }
    }

    /// How many rows there are.
    public var count: Int { Library.locked { rowCount } }

    /// The keys of all rows in the order in which they were appended.
    public func keys() throws -> [Digest] {
        try Library.locked { try parts.keys(0 ..< rowCount) }
    }

    /// The values of some rows, row-major.
    ///
    /// - Precondition: `rows` is within `0 ..< count`.
    public func values(rows: Range<Int>) throws -> [Float] {
        try Library.locked {
            precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows \(rows) of \(rowCount)")
            return try parts.values(rows)
        }
    }

    /// Appends rows and hands them to the operating system: from then on they survive the death of the process.
    ///
    /// - Parameter values: one row after the other.
    /// - Precondition: `columns` values for each key.
    /// - Throws: `HDF5Error.cannotWrite`; the rows appended before are safe.
    public func append(keys: [Digest], values: [Float]) throws {
        precondition(values.count == keys.count * columns, "\(values.count) values for \(keys.count) rows of \(columns)")
        guard !keys.isEmpty else { return }
        try Library.locked {
            try parts.append(keys: keys, values: values, at: rowCount)
            guard H5Fflush(handle.id, H5F_SCOPE_LOCAL) >= 0 else {
                throw HDF5Error.cannotWrite(path: path, object: "the file", reason: Library.lastReason())
            }
            rowCount += keys.count
        }
    }

    private init(
        path: String, columns: Int, recovery: Recovery, lock: Int32, handle: Handle, parts: RowStoreParts, rows: Int
    ) {
        self.path = path
        self.columns = columns
        self.recovery = recovery
        self.lockFile = lock
        self.handle = handle
        self.parts = parts
        self.rowCount = rows
    }

    deinit { close(lockFile) }
}

extension RowStore {
    private static func begin(
        _ path: String, columns: Int, purpose: String, lock: Int32, recovery: Recovery
    ) throws -> RowStore {
        try AtomicFile.write(to: path) { temporary in
            try HDF5File.createInPlace(temporary, userBlock: 0, streaming: true) { root in
                try root.attributes.set("purpose", to: purpose)
                try RowStoreParts.create(in: root, columns: columns)
            }
        }
        let (handle, parts) = try openForAppending(path, columns: columns, purpose: purpose)
        return RowStore(
            path: path, columns: columns, recovery: recovery, lock: lock, handle: handle, parts: parts, rows: 0)
    }

    private static func reopen(_ path: String, columns: Int, purpose: String, lock: Int32) throws -> RowStore {
        _ = try HDF5File.sizeOfHDF5File(path, unsealed: true)
        let (handle, parts) = try openForAppending(path, columns: columns, purpose: purpose)
        let (sound, begun) = try Library.locked { try parts.countRows() }
        let recovery =
            sound == begun ? Recovery.intact(rows: sound) : .tornTail(rows: sound, dropped: begun - sound)
        return RowStore(
            path: path, columns: columns, recovery: recovery, lock: lock, handle: handle, parts: parts, rows: sound)
    }

    private static func openForAppending(
        _ path: String, columns: Int, purpose: String
    ) throws -> (Handle, RowStoreParts) {
        try Library.locked {
            let access = try AccessProperties(path: path, streaming: true)
            try access.forgetUnfinishedWriting(path: path)
            let id = H5Fopen(path, chdf5_read_write(), access.id)
            guard id >= 0 else { throw HDF5Error.cannotOpen(path: path, reason: Library.lastReason()) }
            let handle = Handle(id)
            var status = stat()
            stat(path, &status)
            let file = OpenFile(path: path, size: Int(status.st_size), largestRead: HDF5File.defaultLargestRead)
            let root = try HDF5Group(opening: "/", of: handle, in: file)
            let found = try root.attributes.string("purpose")
            guard found == purpose else {
                throw HDF5Error.kind(
                    path: path, object: "the file", expected: "row store for \(purpose)",
                    found: "row store for \(found)")
            }
            let parts = try RowStoreParts(in: root, columns: columns)
            guard H5Fstart_swmr_write(id) >= 0 else {
                throw HDF5Error.cannotOpen(path: path, reason: Library.lastReason())
            }
            return (handle, parts)
        }
    }

    /// One writer at a time. The lock stands beside the file, which comes by rename, and goes with the process.
    private static func lock(_ path: String) throws -> Int32 {
        let lock = Foundation.open("\(path).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard lock >= 0 else { throw FileError.lastError(writing: path) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw HDF5Error.inUse(path: path)
        }
        return lock
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
