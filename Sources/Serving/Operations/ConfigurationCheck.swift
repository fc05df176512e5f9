import Accounts
import Files
import Foundation
import Storage
import Uploads

/// Checks settings and models without starting a server.
public struct ConfigurationCheck: Sendable {
    /// A line per model, one for the database and one for the threads.
    public let findings: [String]
    public let warnings: [ServerConfiguration.Warning]
    /// The reasons why a server would not start or work.
    public let errors: [String]

    /// - Parameter models: The paths of model files and of folders with versions of a model.
    public init(_ configuration: ServerConfiguration, models paths: [String]) {
        var (findings, errors): ([String], [String]) = ([], [])
        func attempt(_ body: () throws -> Void) {
            do { try body() } catch { errors.append((error as? any LocalizedError)?.errorDescription ?? "\(error)") }
        }
        for path in paths {
            attempt {
                let models = try UploadModels(contentsOf: [path])
                findings += models.all.map {
                    "\(path): model '\($0.name)' of kind \($0.input.rawValue), SHA-256 \($0.digest?.description ?? "")"
                }
            }
        }
        if let accounts = configuration.accounts {
            attempt {
                if FileManager.default.fileExists(atPath: accounts.database) {
                    let count = try OperatorTable.accounts.rows(database: accounts.database).count
                    findings.append("\(accounts.database): database with \(count) account\(count == 1 ? "" : "s")")
                } else {
                    findings.append("\(accounts.database): database, created at the first start")
                }
            }
            attempt { try Self.checkWritable(accounts.database) }
            if case .folder(let folder) = configuration.mail?.transport { attempt { try Self.checkWritable(folder) } }
        }
        if let folder = configuration.retention?.folder { attempt { try Self.checkWritable(folder) } }
        attempt { try Self.checkWritable(configuration.uploads.folder) }
        // `auto` depends on where the server runs.
        findings.append("threads: \(configuration.threads)")
        (self.findings, self.errors) = (findings, errors)
        warnings = configuration.warnings
    }

    /// Checks that a file or folder can be written, or created in the nearest folder that exists.
    ///
    /// - Throws: `FileError`.
    private static func checkWritable(_ path: String) throws {
        var url = URL(fileURLWithPath: path)
        while !FileManager.default.fileExists(atPath: url.path), url.path != "/" { url.deleteLastPathComponent() }
        guard access(url.path, W_OK) == 0 else { throw FileError.lastError(writing: path) }
    }
}
