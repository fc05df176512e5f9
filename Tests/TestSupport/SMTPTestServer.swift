import Foundation
import Processes

/// An aiosmtpd server in a separate process (`Tests/Python/smtp_server.py`), by default with STARTTLS and login.
package final class SMTPTestServer {
    package struct Accepted: Decodable {
        package let recipient: String
        package let message: String

        /// The id in the message's header.
        package var id: String {
            let line = message.components(separatedBy: "\r\n").first { $0.hasPrefix("Message-ID: <") } ?? ""
            return String(line.dropFirst("Message-ID: <".count).prefix { $0 != "@" })
        }
    }

    package struct Failure: Error { package let text: String }

    /// The reason why such tests are skipped; nil if they can run.
    package static let absence: String? =
        Python.path(with: "aiosmtpd, cryptography") == nil
        ? "There is no Python with aiosmtpd and cryptography (Tests/requirements.txt)." : nil

    package let folder: String
    package let port: Int
    private let process: ChildProcess

    /// - Parameters:
    ///   - slow: seconds between accepting a message and confirming it.
    ///   - holds: whether confirmations wait for `letGo`.
    package init(plain: Bool = false, slow: Double = 0, holds: Bool = false) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("smtp-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // Hides aiosmtpd's deprecation warnings.
        process = try ChildProcess(
            Python.path(with: "aiosmtpd, cryptography") ?? "",
            [Python.script("smtp_server.py"), folder, "--slow", "\(slow)"] + (plain ? ["--plain"] : [])
                + (holds ? ["--hold"] : []),
            input: .held, output: .lines, errors: .none)
        let line = process.line()
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Failure(text: "the SMTP server did not start: \(line)")
        }
        self.port = port
    }

    package func letGo() throws { try Data().write(to: URL(fileURLWithPath: "\(folder)/go")) }

    package var authorities: String { "\(folder)/authority.pem" }

    package var accepted: [Accepted] {
        let text = (try? String(contentsOfFile: "\(folder)/accepted", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { try? JSONDecoder().decode(Accepted.self, from: Data($0.utf8)) }
    }

    deinit {
        // The server ends when its input is closed.
        process.closeInput()
        _ = process.wait()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
