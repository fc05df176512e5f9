import Files
import Foundation
import Runs

/// The intermediate results of an unfinished run, for `--resume`: `checkpoint/` in the run's folder.
///
/// Every file is written atomically. A checkpoint is valid only for the same configuration, data and network, and is
/// removed when the run finishes. A resumed run writes the same bytes as an uninterrupted one, because scores are
/// stored as decimals that read back exactly.
package struct Checkpoint: Sendable {
    let folder: String
    /// The classifiers in display order.
    package let memberNames: [String]

    /// Opens the checkpoint of a run, or creates one.
    ///
    /// - Parameters:
    ///   - key: The digest of everything that results depend on. A checkpoint with another key is deleted.
    ///   - note: Receives a message if a checkpoint was deleted.
    package init(of run: RunFolder, key: Digest, memberNames: [String], note: (String) -> Void) throws {
        folder = "\(run.path)/checkpoint"
        self.memberNames = memberNames
        let path = "\(folder)/key"
        let manager = FileManager.default
        let found = try? FileContent.text(of: path)
        if found == "\(key)\n" { return }
        if manager.fileExists(atPath: folder) {
            note("The data or the network has changed since this run was interrupted. Starting again.")
            try? manager.removeItem(atPath: folder)
        }
        try AtomicFile.makeFolder(folder)
        try AtomicFile.write("\(key)\n", to: path)
    }

    /// Returns the scores of a piece of work: stored ones, or those of `make`, which are then stored.
    package func scores(_ piece: String, _ make: () throws -> ScoredFiles) throws -> ScoredFiles {
        let path = "\(folder)/\(piece)"
        if isDone(piece), let kept = try? ScoredFiles(contentsOf: path, memberNames: memberNames) { return kept }
        let scores = try make()
        try scores.write(to: path)
        try markDone(piece)
        return scores
    }

    package func isDone(_ piece: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(piece).done") }

    /// Marks a piece as complete. Call it after the piece's files are written.
    package func markDone(_ piece: String) throws { try AtomicFile.write("", to: "\(folder)/\(piece).done") }

    /// Removes the checkpoint of a finished run.
    package func remove() throws {
        do { try FileManager.default.removeItem(atPath: folder) } catch {
            throw FileError.cannotWrite(path: folder, reason: error.localizedDescription)
        }
    }
}
