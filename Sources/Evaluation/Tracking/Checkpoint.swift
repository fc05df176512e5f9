import Files
import Foundation
import Runs

/// What an unfinished run has achieved, so that `--resume` goes on behind it: `checkpoint/` in the run's folder.
///
/// Everything in it is written whole or not at all, counts only for the same configuration, data and network, and is
/// removed when the run is finished. What a run resumed from it writes has the same bytes as an uninterrupted one:
/// scores are kept in decimals that read back the same.
package struct Checkpoint: Sendable {
    let folder: String
    /// The classifiers, in the order in which they are shown.
    package let memberNames: [String]

    /// Opens the checkpoint of a run, or begins one.
    ///
    /// - Parameters:
    ///   - key: of all that results depend on; what was made under another is thrown away.
    ///   - note: is told if something was.
    package init(of run: RunFolder, key: Digest, memberNames: [String], note: (String) -> Void) throws {
        folder = "\(run.path)/checkpoint"
        self.memberNames = memberNames
        let path = "\(folder)/key"
        let manager = FileManager.default
        let found = try? FileContent.text(of: path)
        if found == "\(key)\n" { return }
        if manager.fileExists(atPath: folder) {
            note("The data or the network has changed since this run was interrupted; it starts again.")
            try? manager.removeItem(atPath: folder)
        }
        try AtomicFile.makeFolder(folder)
        try AtomicFile.write("\(key)\n", to: path)
    }

    /// The scores of a piece of the work: what is kept of it, else what `make` makes, which is then kept.
    package func scores(_ piece: String, _ make: () throws -> ScoredFiles) throws -> ScoredFiles {
        let path = "\(folder)/\(piece)"
        if isDone(piece), let kept = try? ScoredFiles(contentsOf: path, memberNames: memberNames) { return kept }
        let scores = try make()
        try scores.write(to: path)
        try markDone(piece)
        return scores
    }

    package func isDone(_ piece: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(piece).done") }

    /// Written last: what it is about is whole.
    package func markDone(_ piece: String) throws { try AtomicFile.write("", to: "\(folder)/\(piece).done") }

    /// The run is finished.
    package func remove() throws {
        do { try FileManager.default.removeItem(atPath: folder) } catch {
            throw FileError.cannotWrite(path: folder, reason: error.localizedDescription)
        }
    }
}
