import Files
import Foundation
import Runs

/// Copies a run's files to MLflow's artifacts.
enum MLflowArtifacts {
    private static let files: [RunFolder.File] = [
        .report, .modelCard, .metrics, .configuration, .environment, .predictions, .log, .model,
    ]
    private static let folders = ["plots"]

    /// Copies the files that exist. The large model is hard-linked if possible. This is safe because both files
    /// are only ever replaced, never modified.
    ///
    /// - Throws: `FileError`.
    static func copy(from source: String, to target: String) throws {
        try AtomicFile.makeFolder(target)
        for file in files where FileManager.default.fileExists(atPath: "\(source)/\(file.rawValue)") {
            let (from, to) = ("\(source)/\(file.rawValue)", "\(target)/\(file.rawValue)")
            if file == .model, link(from, to) == 0 { continue }
            try copyItem(from, to)
        }
        for folder in folders where FileManager.default.fileExists(atPath: "\(source)/\(folder)") {
            try copyItem("\(source)/\(folder)", "\(target)/\(folder)")
        }
    }

    private static func copyItem(_ from: String, _ to: String) throws {
        do {
            try FileManager.default.copyItem(atPath: from, toPath: to)
        } catch {
            throw FileError.cannotWrite(path: to, reason: error.localizedDescription)
        }
    }
}
