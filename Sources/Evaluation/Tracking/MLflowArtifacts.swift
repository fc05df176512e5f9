import Files
import Foundation
import Runs

/// The files of a run that MLflow shows beside its numbers.
enum MLflowArtifacts {
    private static let files: [RunFolder.File] = [
        .report, .modelCard, .metrics, .configuration, .environment, .predictions, .log, .model,
    ]
    private static let folders = ["plots"]

    /// Copies what is there; the model, which is large, as a link where both lie on one disk: both names are of files
    /// that are only ever replaced, never changed.
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
