import Foundation
import Runs

/// Checks the output folder of `heartsense evaluate`.
enum EvaluationFolder {
    /// Accepts a new folder, an empty one, or one with an earlier evaluation. Rejects a run's folder, because the
    /// evaluation would overwrite its predictions and metrics.
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
