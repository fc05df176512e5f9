import ClassificationMetrics
import Files
import Foundation
import LinearAlgebra
import Runs

/// The trackers of finished runs (`tracking` in the experiment file).
public enum Tracking: String, CaseIterable, Sendable {
    case off
    /// Writes to `mlruns/` in the working directory, for MLflow, and to `tensorboard/` in the run's folder.
    case mlruns

    /// The default folder of `mlflow ui`, in the working directory.
    public static let storeName = "mlruns"

    /// Checks that the store can be written, so that a long run does not fail at its end.
    ///
    /// - Throws: `FileError.cannotWrite`.
    package func check(store: String = storeName) throws {
        guard self == .mlruns else { return }
        let parent = URL(fileURLWithPath: store).deletingLastPathComponent().path
        let isThere = FileManager.default.fileExists(atPath: store)
        guard access(isThere ? store : parent, W_OK | X_OK) == 0 else { throw FileError.lastError(writing: store) }
    }

    /// Tracks a run whose files are complete but not sealed yet. TensorBoard's files belong to the sealed content.
    ///
    /// - Returns: The folders that were written, for the log.
    /// - Throws: `FileError`, `TrackingError`.
    package func record(_ folder: RunFolder, store: String = storeName, end: Date = Date()) throws -> [String] {
        guard self == .mlruns else { return [] }
        let record = try RunRecord(of: folder, end: end)
        let curves = try TensorBoardCurves.write(record)
        return [try MLflowStore(root: store).write(MLflowRun(record)), curves]
    }
}
