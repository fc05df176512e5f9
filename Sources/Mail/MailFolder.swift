import Files
import Foundation
import Storage

/// A folder for messages as files, for servers without SMTP. Each file is written completely or not at all.
package struct MailFolder: Sendable {
    let path: String

    package init(path: String) { self.path = path }

    /// - Throws: `MailError`, `FileError`.
    func deliver(_ message: MailMessage) throws {
        try AtomicFile.makePrivateFolder(path)
        try AtomicFile.writePrivately(try message.data(), to: file(message.id))
    }

    /// Deletes the files of messages.
    ///
    /// - Throws: `FileError` if a file cannot be deleted.
    package func remove(_ ids: [String]) throws {
        for id in ids where unlink(file(id)) != 0 && errno != ENOENT { throw FileError.lastError(writing: file(id)) }
    }

    /// Deletes older messages. Other files in the folder stay.
    ///
    /// - Returns: The number of deleted files.
    /// - Throws: `FileError` if a file cannot be deleted.
    package func removeAll(writtenBefore date: Date) throws -> Int {
        // No message has been written yet.
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

/// The ids of the server's messages in the outbox, in `Message-ID`, and as file names.
///
/// The id of a report consists of 32 hexadecimal digits.
package enum MailName {
    /// The kinds of messages to accounts.
    package enum Kind: String, CaseIterable { case verify, attempt, reset, changed }

    package static func account(_ kind: Kind) -> String { "\(kind.rawValue)-\(UUID().uuidString.lowercased())" }

    /// - Parameter number: The number of the message in the database.
    package static func contact(_ number: Int64) -> String { "contact-\(number)" }

    /// The id of the confirmation request for a report without an account.
    package static func confirmation(ofReport id: String) -> String { "confirm-\(id)" }

    /// Whether a file name is that of a message, or of its incomplete file that a killed process has left.
    static func isOfFile(_ name: String) -> Bool {
        let kinds = Kind.allCases.map(\.rawValue).joined(separator: "|")
        let stem = "(\(kinds))-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|contact-[0-9]+|(confirm-)?[0-9a-f]{32}"
        let pattern = "^((\(stem))\\.eml|\\.(\(stem))\\.[0-9]+-[0-9]+\\.tmp\\.eml)\\z"
        return name.range(of: pattern, options: .regularExpression) != nil
    }
}
