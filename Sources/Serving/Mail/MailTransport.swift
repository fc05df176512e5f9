import Files
import Foundation
import Storage

/// Where messages go.
public enum MailTransport: Equatable, Sendable {
    case server(SMTPServer)
    /// Each message becomes `ID.eml` in this folder.
    case folder(String)
}

/// Messages as files, for who has no mail server: written whole or not at all, and the same again when asked again.
struct MailFolder {
    let path: String

    /// - Throws: `MailError`, `FileError`.
    func deliver(_ message: MailMessage) throws {
        try AtomicFile.makeFolder(path)
        guard chmod(path, 0o700) == 0 else { throw FileError.lastError(writing: path) }
        try AtomicFile.write(try message.data(), to: file(message.id))
    }

    /// Deletes what there is of these messages.
    ///
    /// - Throws: `FileError` for one that stays.
    func remove(_ ids: [String]) throws {
        for id in ids where unlink(file(id)) != 0 && errno != ENOENT { throw FileError.lastError(writing: file(id)) }
    }

    /// Deletes messages that are older; whatever else is in the folder stays.
    ///
    /// - Returns: how many.
    /// - Throws: `FileError` for one that stays.
    func removeAll(writtenBefore date: Date) throws -> Int {
        // Nothing has been written yet.
        guard access(path, F_OK) == 0 else { return 0 }
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
            throw FileError.cannotRead(path: path, reason: error.localizedDescription)
        }
        var count = 0
        for name in names where MailName.isOfFile(name) {
            let file = "\(path)/\(name)"
            var status = stat()
            guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                Int64(status.st_mtim.tv_sec) < date.wholeSeconds
            else { continue }
            guard unlink(file) == 0 || errno == ENOENT else { throw FileError.lastError(writing: file) }
            count += 1
        }
        return count
    }

    private func file(_ id: String) -> String { "\(path)/\(id).eml" }
}
