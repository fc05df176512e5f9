import APIErrors
import GRDB
import HTTPTypes
import Storage

/// The database as routes use it: what keeps it from working becomes the answer.
extension ServerDatabase {
    /// - Throws: `Refusal` with `storageUnavailable` where the database cannot be read; what `body` throws.
    package func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do { return try await pool.read(body) } catch let error as DatabaseError { throw Refusal(ofStorage: error) }
    }

    /// All of what `body` writes, or nothing of it.
    ///
    /// - Throws: `Refusal` with `storageUnavailable` where it cannot be written; what `body` throws.
    package func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do { return try await pool.write(body) } catch let error as DatabaseError { throw Refusal(ofStorage: error) }
    }

    /// Brings the write-ahead log into the file and empties it, so that nothing deleted is left in it.
    ///
    /// - Returns: whether it is empty: another process that is reading keeps it.
    package func emptyLog() async throws -> Bool {
        do {
            _ = try await pool.barrierWriteWithoutTransaction { try $0.checkpoint(.truncate) }
            return true
        } catch let error as DatabaseError where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode) {
            return false
        } catch let error as DatabaseError {
            throw Refusal(ofStorage: error)
        }
    }
}

extension Refusal {
    /// A database that is locked, full or broken. The request has changed nothing.
    package init(ofStorage error: DatabaseError) {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN,
            .SQLITE_NOMEM, .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_PROTOCOL:
            self.init(
                .storageUnavailable, ErrorCode.storageUnavailable.meaning + " Nothing was changed.",
                headers: [.retryAfter: "5"])
        default: self.init(.internalError, ErrorCode.internalError.meaning)
        }
    }
}
