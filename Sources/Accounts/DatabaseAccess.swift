import APIErrors
import Foundation
import GRDB
import HTTPTypes
import Storage

/// Access to the database from routes. A database that cannot be used becomes an `APIError`.
extension ServerDatabase {
    /// Reads in a transaction.
    ///
    /// - Throws: `APIError` with `storageUnavailable` if the database cannot be read; errors of `body`.
    package func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do { return try await pool.read(body) } catch let error as DatabaseError { throw APIError(ofStorage: error) }
    }

    /// Writes in a transaction: all changes of `body`, or none.
    ///
    /// - Throws: `APIError` with `storageUnavailable` if the database cannot be written; errors of `body`.
    package func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do { return try await pool.write(body) } catch let error as DatabaseError { throw APIError(ofStorage: error) }
    }

    /// Checks that the database can be used: its file is in place, and a table can be read.
    ///
    /// - Throws: `APIError` with `storageUnavailable`.
    package func check() async throws {
        // An open file can be read after it was moved or deleted, and everything new would be lost.
        guard access(path, R_OK | W_OK) == 0 else {
            throw APIError(
                .storageUnavailable, "The file of the database is missing or cannot be written.",
                headers: [.retryAfter: "5"])
        }
        try await read { _ = try Row.fetchOne($0, sql: "SELECT id FROM users LIMIT 1") }
    }

    /// Moves the write-ahead log into the database file and empties it, so that no deleted data remain in the log.
    ///
    /// - Returns: Whether the log is empty. Another process that is reading keeps it.
    package func emptyLog() async throws -> Bool {
        do {
            _ = try await pool.barrierWriteWithoutTransaction { try $0.checkpoint(.truncate) }
            return true
        } catch let error as DatabaseError where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode) {
            return false
        } catch let error as DatabaseError {
            throw APIError(ofStorage: error)
        }
    }
}

extension APIError {
    /// An error for a database that is locked, full or damaged. The request has changed nothing.
    package init(ofStorage error: DatabaseError) {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN,
            .SQLITE_NOMEM, .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_PROTOCOL:
            self.init(
                .storageUnavailable, ErrorCode.storageUnavailable.sentence + " Nothing was changed.",
                headers: [.retryAfter: "5"])
        default: self.init(.internalError)
        }
    }
}
