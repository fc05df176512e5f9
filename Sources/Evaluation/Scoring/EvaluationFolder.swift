import Foundation
import Runs

/// Where `heartsense evaluate` may write.
enum EvaluationFolder {
    /// An empty folder, one that is not there yet, or one that an evaluation wrote before. Never a run's: its
    /// predictions and metrics would be overwritten, and its manifest would be wrong.
    ///
    /// - Throws: `RunError.holdsRun`, `RunError.holdsOther`.
    static func check(_ path: String) throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let own = ["predictions.csv", "metrics.json"]
        let runs = [RunFolder.File.configuration, .model, .manifest].map(\.rawValue)
        if names.contains(where: runs.contains) { throw RunError.holdsRun(path: path) }
        guard names.isEmpty || names.contains(where: own.contains) else { throw RunError.holdsOther(path: path) }
    }
}
