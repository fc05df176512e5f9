import Files
import Foundation

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

    private func file(_ id: String) -> String { "\(path)/\(id).eml" }
}
