import Foundation

/// Whether text goes to somebody's terminal or to a file.
public enum TerminalStyle: Sendable {
    /// No escape sequences: files, pipes, logs.
    case plain
    /// Bold headings and faint lines.
    case styled

    /// What a stream is: styled only for a terminal that can and may (`NO_COLOR`, `TERM=dumb`).
    public static func of(_ fileDescriptor: Int32, environment: [String: String]? = nil) -> TerminalStyle {
        let environment = environment ?? ProcessInfo.processInfo.environment
        let isRefused = !(environment["NO_COLOR"] ?? "").isEmpty || ["dumb", ""].contains(environment["TERM"] ?? "")
        return isatty(fileDescriptor) == 1 && !isRefused ? .styled : .plain
    }

    func bold(_ text: String) -> String { self == .styled ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    func faint(_ text: String) -> String { self == .styled ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
}
