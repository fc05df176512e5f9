import Foundation

/// What the server's own messages are called: their id in the outbox, in `Message-ID`, and as files.
///
/// A report is called by its own id, 32 hexadecimal digits.
enum MailName {
    /// What accounts are told.
    enum Kind: String, CaseIterable { case verify, attempt, reset, changed }

    static func account(_ kind: Kind) -> String { "\(kind.rawValue)-\(UUID().uuidString.lowercased())" }

    /// - Parameter number: of the message in the database.
    static func contact(_ number: Int64) -> String { "contact-\(number)" }

    /// The question that precedes a report to who has no account.
    static func confirmation(ofReport id: String) -> String { "confirm-\(id)" }

    /// Whether a file of a mail folder is called as ours are, those that an agent which was killed has not finished
    /// included.
    static func isOfFile(_ name: String) -> Bool {
        let kinds = Kind.allCases.map(\.rawValue).joined(separator: "|")
        let stem = "(\(kinds))-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|contact-[0-9]+|(confirm-)?[0-9a-f]{32}"
        let pattern = "^((\(stem))\\.eml|\\.(\(stem))\\.[0-9]+-[0-9]+\\.tmp\\.eml)\\z"
        return name.range(of: pattern, options: .regularExpression) != nil
    }
}
