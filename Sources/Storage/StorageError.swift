import Foundation
import GRDB

/// A reason why a database file cannot be used.
public enum StorageError: Error, Equatable {
    case notADatabase(path: String)
    case newer(path: String)
    case missing(path: String)
    case sqlite(path: String, reason: String)

    package init(_ error: DatabaseError, path: String) {
        switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT: self = .notADatabase(path: path)
        // Only the message, without the statement and its arguments.
        default: self = .sqlite(path: path, reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
        }
    }
}

extension StorageError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .notADatabase(let path):
            "\(path): not a valid SQLite database of heartsense-server. Choose another file, or restore a backup."
        case .newer(let path):
            "\(path): this database was written by a newer version of heartsense-server. Upgrade heartsense-server."
        case .missing(let path):
            "\(path): the file does not exist. Expected a database of heartsense-server."
        case .sqlite(let path, let reason):
            "\(path): the database cannot be used: \(reason)."
        }
    }

    public var errorDescription: String? { description }
}
