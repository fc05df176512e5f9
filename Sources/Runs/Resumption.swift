import Files
import Foundation

extension RunFolder {
    /// The run that `--resume` means where no folder was named.
    ///
    /// The newest unfinished run of the experiment, which must have been started with the same configuration; else
    /// the newest finished one that has; else none.
    ///
    /// - Parameter yaml: the resolved configuration.
    package static func toResume(name: String, yaml: String, in base: String = "runs") -> String? {
        let folder = "\(base)/\(name)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let runs = names.sorted { $0.compare($1, options: [.numeric, .forcedOrdering]) == .orderedAscending }
            .map { RunFolder(path: "\(folder)/\($0)") }
            .filter { FileManager.default.fileExists(atPath: $0[.configuration]) }
        let unfinished = runs.filter { !$0.isFinished }
        let same = { (run: RunFolder) in (try? FileContent.text(of: run[.configuration])) == yaml }
        return (unfinished.last(where: same) ?? unfinished.last ?? runs.last(where: same))?.path
    }

    /// Removes what a killed program had begun to write under temporary names (`AtomicFile`): they are in nobody's
    /// way but would be listed among the results.
    package func removeRemains() {
        let files = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        for file in files {
            let name = (file as NSString).lastPathComponent
            if name.wholeMatch(of: /\..+\.[0-9]+-[0-9]+\.tmp(\..+)?/) != nil { unlink("\(path)/\(file)") }
        }
    }

    /// Where a run's environment goes: the first one is kept when the run is resumed, maybe on another machine.
    package var nextEnvironment: String {
        var path = self[.environment]
        var number = 2
        while FileManager.default.fileExists(atPath: path) {
            path = "\(self.path)/environment-\(number).json"
            number += 1
        }
        return path
    }

    /// What the run told the terminal when it was finished.
    package var summary: String { "\(path)/summary.txt" }
}
