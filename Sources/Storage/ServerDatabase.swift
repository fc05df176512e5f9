import Files
import Foundation
import GRDB

/// The server's database: accounts, results and outgoing mail. It is one SQLite file, with a write-ahead log while it is
/// in use.
///
/// Committed data are on the disk (`synchronous` full), deleted data are overwritten (`secure_delete`), and dependent rows
/// are deleted with their parent (foreign keys).
public struct ServerDatabase: Sendable {
    public let path: String
    package let pool: DatabasePool

    /// Opens the file, or creates one that only its owner may read, and migrates its tables.
    ///
    /// - Parameters:
    ///   - byteLimit: The maximum size of the file; nil for no limit.
    ///   - busySeconds: The time to wait for another process that locks the database.
    /// - Throws: `StorageError`, `FileError`.
    public init(path: String, byteLimit: Int? = nil, busySeconds: Double = 5) throws {
        self.path = path
        // SQLite creates its other files with the same permissions.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError.lastError(writing: path) }
        close(descriptor)
        var configuration = Configuration()
        configuration.label = "storage"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(busySeconds)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA secure_delete = ON")
            if let byteLimit, !database.configuration.readonly {
                let page = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 4096
                try database.execute(sql: "PRAGMA max_page_count = \(max(1, byteLimit / page))")
            }
        }
        do {
            let pool = try DatabasePool(path: path, configuration: configuration)
            // GRDB sets `normal` with a write-ahead log, with which a power failure may undo committed data.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            let migrator = StorageMigrations.migrator
            guard try pool.read({ try !migrator.hasBeenSuperseded($0) }) else { throw StorageError.newer(path: path) }
            try migrator.migrate(pool)
            self.pool = pool
        } catch let error as DatabaseError {
            throw StorageError(error, path: path)
        }
    }
}

extension Date {
    /// Seconds since 1970, rounded down, as stored in the database.
    package var wholeSeconds: Int64 { Int64(timeIntervalSince1970.rounded(.down)) }

    package init(wholeSeconds: Int64) { self.init(timeIntervalSince1970: Double(wholeSeconds)) }
}
