import Files
import Foundation
import Yams

/// A folder for MLflow's file store (`mlruns/`) with experiments and their runs.
///
/// - Source: `mlflow/store/tracking/file_store.py`, the layout of MLflow 2 and 3.
struct MLflowStore {
    /// The absolute path.
    let root: String

    init(root: String) { self.root = URL(fileURLWithPath: root).standardizedFileURL.path }

    /// Writes a run with all its files atomically. It replaces a run with the same identity.
    ///
    /// - Returns: The run's folder.
    /// - Throws: `FileError`, `TrackingError`.
    @discardableResult
    func write(_ run: MLflowRun) throws -> String {
        let experiment = try folder(ofExperiment: run.experiment, at: run.start)
        let folder = "\(experiment.path)/\(run.identity)"
        // A hidden folder in the store's root: MLflow ignores it while the run is incomplete.
        let temporary = "\(root)/.writing-\(run.identity)-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: temporary) }
        try run.write(to: temporary, experiment: experiment.identity, artifacts: "\(folder)/artifacts")
        let replaced = "\(temporary)-replaced"
        defer { try? FileManager.default.removeItem(atPath: replaced) }
        let wasThere = rename(folder, replaced) == 0
        guard rename(temporary, folder) == 0 else {
            let error = FileError.lastError(writing: folder)
            if wasThere { _ = rename(replaced, folder) }
            throw error
        }
        return folder
    }

    private func folder(ofExperiment name: String, at time: Date) throws -> (path: String, identity: String) {
        let isNew = !FileManager.default.fileExists(atPath: root)
        try AtomicFile.makeFolder(root)
        // MLflow creates the same default experiment in a new store, for programs that name none.
        if isNew { try makeExperiment("Default", identity: "0", at: time) }
        if let identity = try existing(name) { return ("\(root)/\(identity)", identity) }
        let identity = Self.identity(ofExperiment: name)
        try makeExperiment(name, identity: identity, at: time)
        return ("\(root)/\(identity)", identity)
    }

    /// Returns the identity of the experiment with that name, created by HeartSense or another program.
    private func existing(_ name: String) throws -> String? {
        let folders = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted()
        for folder in folders where !folder.hasPrefix(".") {
            let path = "\(root)/\(folder)/meta.yaml"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let mapping: Node.Mapping?
            do { mapping = try Yams.compose(yaml: FileContent.text(of: path, limit: 1 << 20))?.mapping } catch let error
                as YamlError
            {
                throw TrackingError.notAnExperiment(file: path, reason: "\(error)")
            }
            if mapping?["name"]?.string == name { return folder }
        }
        return nil
    }

    private func makeExperiment(_ name: String, identity: String, at time: Date) throws {
        let folder = "\(root)/\(identity)"
        try AtomicFile.makeFolder(folder)
        let milliseconds = String(MLflowRun.milliseconds(time))
        try AtomicFile.write(
            MLflowRun.yaml([
                ("artifact_location", URL(fileURLWithPath: folder).absoluteString), ("creation_time", milliseconds),
                ("experiment_id", "'\(identity)'"), ("last_update_time", milliseconds), ("lifecycle_stage", "active"),
                ("name", MLflowRun.quoted(name)),
            ]), to: "\(folder)/meta.yaml")
    }

    /// Derives 18 digits, as in MLflow's own identities, from the name. The result is the same on every machine.
    static func identity(ofExperiment name: String) -> String {
        let value = Digest(of: "experiment \(name)").bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return String(100_000_000_000_000_000 + value % 900_000_000_000_000_000)
    }
}
