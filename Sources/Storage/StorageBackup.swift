import Files
import Foundation
import GRDB

extension ServerDatabase {
    /// Copies a database, which a server may be using meanwhile, into one file that is complete in itself.
    ///
    /// - Returns: the copy's bytes.
    /// - Throws: `StorageError`, `FileError`; a file that stood at `destination` is untouched then.
    public static func backUp(_ source: String, to destination: String) throws -> Int {
        let database = try reading(source)
        do {
            try AtomicFile.write(to: destination) { temporary in
                // Accounts: for the owner's eyes from the first byte.
                let descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
                guard descriptor >= 0 else { throw FileError.lastError(writing: destination) }
                defer { close(descriptor) }
                let copy = try DatabaseQueue(path: temporary)
                // All pages in one step: what is written meanwhile goes to the log and does not begin it anew.
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
