import Files
import Foundation
import GRDB

/// The server's database: accounts, results, mail that is to be sent. One SQLite file, and while it is in use its
/// write-ahead log beside it.
///
/// What is committed is on the disk (`synchronous` full), what is deleted is overwritten (`secure_delete`), and rows
/// that belong to others go with them (foreign keys).
public struct ServerDatabase: Sendable {
    public let path: String
    package let pool: DatabasePool

    /// Opens the file, or makes one that only its owner may read, and brings its tables up to date.
    ///
    /// - Parameters:
    ///   - byteLimit: beyond which nothing more is written; nil for what the disk holds.
    ///   - busySeconds: how long to wait for who holds the database.
    /// - Throws: `StorageError`, `FileError`.
    public init(path: String, byteLimit: Int? = nil, busySeconds: Double = 5) throws {
        self.path = path
        // SQLite gives its other files the permissions of this one.
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
            // GRDB sets it to normal with a write-ahead log, for which a power cut may undo what was answered.
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
    /// Since 1970: how the database keeps times.
    package var wholeSeconds: Int64 { Int64(timeIntervalSince1970.rounded(.down)) }

    package init(wholeSeconds: Int64) { self.init(timeIntervalSince1970: Double(wholeSeconds)) }
}
