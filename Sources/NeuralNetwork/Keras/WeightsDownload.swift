import Files
import Foundation

/// Gets published weights. Only ever called because somebody asked: nothing in the product downloads by itself.
///
/// `curl` does the transfer, as a child process: it knows proxies, certificates and redirects as the machine is set
/// up for them, and Foundation's URL loading would link a second HTTP stack into every command for this one.
public enum WeightsDownload {
    /// Downloads to `path`, unless the very file is there already.
    ///
    /// Size and SHA-256 are checked before the file gets its name: what stands under `path` is whole or absent.
    ///
    /// - Returns: whether anything had to be downloaded.
    /// - Throws: `WeightsError.download` (with curl's reason), `.downloadSize`, `.digest`; `FileError.cannotWrite`.
    @discardableResult
    public static func fetch(_ known: KnownWeights, to path: String) throws -> Bool {
        if FileManager.default.fileExists(atPath: path), try Digest(ofFile: path) == known.sha256 { return false }
        try AtomicFile.write(to: path) { temporary in
            // Made here, so that a folder that is missing or cannot be written to is told as what it is.
            guard FileManager.default.createFile(atPath: temporary, contents: nil) else {
                throw FileError.lastError(writing: path)
            }
            try transfer(known, to: temporary)
            try check(known, at: temporary, naming: path)
        }
        return true
    }

    private static func transfer(_ known: KnownWeights, to temporary: String) throws {
        let curl = Process()
        curl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        curl.arguments = [
            "curl", "--fail", "--location", "--silent", "--show-error",
            // A redirect must not lead to file:// or a chain without end.
            "--proto", "=http,https", "--proto-redir", "=http,https", "--max-redirs", "5",
            "--connect-timeout", "20", "--speed-limit", "1000", "--speed-time", "30",
            // A page in place of the file, or a file without end, is given up at once.
            "--max-filesize", String(known.bytes), "--output", temporary, "--", known.url,
        ]
        let messages = Pipe()
        curl.standardError = messages
        curl.standardOutput = FileHandle.nullDevice
        curl.standardInput = FileHandle.nullDevice
        do {
            try curl.run()
        } catch {
            throw WeightsError.download(url: known.url, reason: "the program curl cannot be run")
        }
        let text = String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        curl.waitUntilExit()
        guard curl.terminationReason == .exit, curl.terminationStatus == 0 else {
            throw WeightsError.download(url: known.url, reason: reason(text, status: curl.terminationStatus))
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

    /// curl's own sentence without its prefix `curl: (6) `.
    private static func reason(_ text: String, status: Int32) -> String {
        if status == 127 { return "the program curl is not installed" }
        let line = text.split(separator: "\n").last.map(String.init) ?? ""
        let sentence = line.hasPrefix("curl: (") ? line.drop { $0 != ")" }.dropFirst() : line[...]
        let trimmed = sentence.trimmingCharacters(in: .whitespaces)
        return trimmed.isEmpty ? "curl ended with status \(status)" : trimmed
    }
}
