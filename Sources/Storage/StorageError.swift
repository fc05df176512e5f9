import Foundation
import GRDB

/// Why a database file cannot be used.
public enum StorageError: Error, Equatable {
    case notADatabase(path: String)
    case newer(path: String)
    case missing(path: String)
    case sqlite(path: String, reason: String)

    package init(_ error: DatabaseError, path: String) {
        switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT: self = .notADatabase(path: path)
        // The message alone: the statement and its arguments are nobody's business.
        default: self = .sqlite(path: path, reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
        }
    }
}

extension StorageError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .notADatabase(let path):
            "\(path): this is no SQLite database, or a damaged one. Name another file, or bring back a backup."
        case .newer(let path):
            "\(path): a newer version of heartsense-server has used this database. Upgrade this one."
        case .missing(let path):
            "\(path): there is no such file, a database of heartsense-server was expected."
        case .sqlite(let path, let reason):
            "\(path): the database cannot be used: \(reason)."
        }
    }

    public var errorDescription: String? { description }
}
