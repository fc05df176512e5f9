import Foundation
import GRDB

extension ServerDatabase {
    /// Opens a database for reading, also while it is in use. It creates and migrates no tables.
    ///
    /// - Throws: `StorageError`, also for a file without our tables.
    static func reading(_ path: String) throws -> DatabaseQueue {
        guard access(path, R_OK) == 0 else { throw StorageError.missing(path: path) }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(30)
        do {
            let database = try DatabaseQueue(path: path, configuration: configuration)
            let migrator = StorageMigrations.migrator
            guard try database.read({ try migrator.appliedIdentifiers($0) }).contains("1") else {
                throw StorageError.notADatabase(path: path)
            }
            guard try database.read({ try !migrator.hasBeenSuperseded($0) }) else {
                throw StorageError.newer(path: path)
            }
            return database
        } catch let error as DatabaseError {
            throw StorageError(error, path: path)
        }
    }

    /// - Throws: `StorageError`, and errors of `body`.
    package static func read<Value>(_ path: String, _ body: (Database) throws -> Value) throws -> Value {
        let database = try reading(path)
        do { return try database.read(body) } catch let error as DatabaseError {
            throw StorageError(error, path: path)
        }
    }
}
