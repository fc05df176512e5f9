import Files
import Foundation
import Processes

/// Downloads published weights. Only explicit commands call it: the product never downloads on its own.
///
/// It runs `curl` as a child process, which uses the machine's proxies, certificates and redirects. Foundation's URL
/// loading would link a second HTTP stack into every command.
public enum WeightsDownload {
    /// Downloads to `path` unless the file exists with the right digest.
    ///
    /// Size and SHA-256 are checked before the file is renamed to `path`, so `path` is either complete or absent.
    ///
    /// - Returns: whether the file was downloaded.
    /// - Throws: `WeightsError.download` (with curl's reason), `.downloadSize`, `.digest`; `FileError.cannotWrite`.
    @discardableResult
    public static func fetch(_ known: KnownWeights, to path: String) throws -> Bool {
        if FileManager.default.fileExists(atPath: path), try Digest(ofFile: path) == known.sha256 { return false }
        try AtomicFile.write(to: path) { temporary in
            // Created here, so that errors about the folder are precise.
            guard FileManager.default.createFile(atPath: temporary, contents: nil) else {
                throw FileError.lastError(writing: path)
            }
            try transfer(known, to: temporary)
            try check(known, at: temporary, naming: path)
        }
        return true
    }

    private static func transfer(_ known: KnownWeights, to temporary: String) throws {
        let arguments = [
            "--fail", "--location", "--silent", "--show-error",
            // Redirects must not lead to file:// or form an endless chain.
            "--proto", "=http,https", "--proto-redir", "=http,https", "--max-redirs", "5",
            "--connect-timeout", "20", "--speed-limit", "1000", "--speed-time", "30",
            // Stops if the server sends a longer file, for example a web page or an endless stream.
            "--max-filesize", String(known.bytes), "--output", temporary, "--", known.url,
        ]
        do {
            let outcome = try ChildProcess.run("curl", arguments)
            guard outcome.status == 0 else {
                throw WeightsError.download(url: known.url, reason: reason(outcome.errors, status: outcome.status))
            }
        } catch let error as ChildProcessError {
            throw WeightsError.download(url: known.url, reason: error.description)
        }
    }

    private static func check(_ known: KnownWeights, at temporary: String, naming path: String) throws {
        let size = try FileManager.default.attributesOfItem(atPath: temporary)[.size] as? Int ?? 0
        guard size == known.bytes else {
            throw WeightsError.downloadSize(url: known.url, expected: known.bytes, found: size)
        }
        let found = try Digest(ofFile: temporary)
        guard found == known.sha256 else {
            throw WeightsError.digest(
                path: known.url, name: known.name, expected: "\(known.sha256)", found: "\(found)")
        }
    }

    /// Returns curl's message without its prefix `curl: (6) `.
    private static func reason(_ text: String, status: Int32) -> String {
        let line = text.split(separator: "\n").last.map(String.init) ?? ""
        let sentence = line.hasPrefix("curl: (") ? line.drop { $0 != ")" }.dropFirst() : line[...]
        let trimmed = sentence.trimmingCharacters(in: .whitespaces)
        return trimmed.isEmpty ? "curl exited with status \(status)" : trimmed
    }
}
