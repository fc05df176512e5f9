import ClassificationMetrics
import Foundation
import LinearAlgebra
import Runs

/// Where a finished run is shown beside its own folder (`tracking` in the experiment file).
public enum Tracking: String, CaseIterable, Sendable {
    case off
    /// A run in `mlruns/` of the working directory, which MLflow reads, and `tensorboard/` in the run's folder.
    case mlruns

    /// MLflow's own name for the folder, in the working directory, where `mlflow ui` looks for it.
    public static let storeName = "mlruns"

    /// Tracks a run whose files are all written, but which is not sealed yet: what TensorBoard reads belongs to it.
    ///
    /// - Returns: the folders that were written, for the log.
    /// - Throws: `FileError`, `TrackingError`.
    package func record(_ folder: RunFolder, store: String = storeName, end: Date = Date()) throws -> [String] {
        guard self == .mlruns else { return [] }
        let record = try RunRecord(of: folder, end: end)
        let curves = try TensorBoardCurves.write(record)
        return [try MLflowStore(root: store).write(MLflowRun(record)), curves]
    }
}
