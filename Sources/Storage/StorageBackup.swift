import Files
import Foundation
import GRDB

extension ServerDatabase {
    /// Copies a database, which may be in use, into one complete file.
    ///
    /// - Returns: The size of the copy in bytes.
    /// - Throws: `StorageError`, `FileError`. An existing file at `destination` is unchanged then.
    public static func backUp(_ source: String, to destination: String) throws -> Int {
        let database = try reading(source)
        do {
            try AtomicFile.write(to: destination) { temporary in
                // The copy contains accounts: only its owner may read it, from the first byte on.
                let descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
                guard descriptor >= 0 else { throw FileError.lastError(writing: destination) }
                defer { close(descriptor) }
                let copy = try DatabaseQueue(path: temporary)
                // All pages in one step: concurrent writes go to the log and do not restart the copy.
                try database.backup(to: copy)
                try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
                try copy.close()
                guard fsync(descriptor) == 0 else { throw FileError.lastError(writing: destination) }
            }
        } catch let error as DatabaseError {
            throw StorageError(error, path: source)
        }
        return try URL(fileURLWithPath: destination).resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
    }
}
