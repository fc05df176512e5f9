import Files
import Foundation

/// One run as MLflow's file store keeps it: `meta.yaml`, and a file for each metric, parameter and tag.
struct MLflowRun {
    /// 32 hexadecimal digits from the run's folder and model: tracking a run again replaces it, another run never.
    let identity: String
    let experiment: String
    let name: String
    let start: Date
    let end: Date
    let user: String
    let metrics: [(name: String, value: Double)]
    let parameters: [String: String]
    let tags: [String: String]
    /// The run's folder, whose files become artifacts.
    let source: String

    init(_ record: RunRecord) {
        let folder = URL(fileURLWithPath: record.folder.path).standardizedFileURL.path
        let identity = Digest(of: "run \(folder) \(record.result.inputs.modelSHA256)").description
        self.identity = String(identity.prefix(32))
        experiment = record.experiment
        name = record.name
        start = record.start
        end = record.end
        user = NSUserName()
        metrics = record.metrics
        parameters = record.parameters
        source = folder
        var tags = [
            "mlflow.runName": record.name, "mlflow.user": NSUserName(), "mlflow.source.type": "LOCAL",
            "mlflow.source.name": record.environment.command.first.map { URL(fileURLWithPath: $0).lastPathComponent }
                ?? "heartsense",
            "heartsense.command": record.environment.command.joined(separator: " "),
            "heartsense.version": record.environment.heartsense, "heartsense.part": record.result.part,
            "heartsense.dataset_sha256": record.result.inputs.datasetSHA256.description,
            "heartsense.model_sha256": record.result.inputs.modelSHA256.description,
            "heartsense.run": folder,
        ]
        tags["mlflow.source.git.commit"] = record.environment.gitRevision
        tags["heartsense.git_dirty"] = record.environment.gitDirty.map { "\($0)" }
        // MLflow shows the note as the run's description, where a warning cannot be missed.
        if !record.result.warnings.isEmpty {
            tags["mlflow.note.content"] = record.result.warnings.map { "**Warning.** \($0)." }.joined(separator: "\n\n")
        }
        self.tags = tags
    }

    /// - Parameters:
    ///   - folder: is made; must not exist.
    ///   - artifacts: where the artifacts will stand in the end.
    /// - Throws: `FileError`.
    func write(to folder: String, experiment: String, artifacts: String) throws {
        for part in ["metrics", "params", "tags"] { try AtomicFile.makeFolder("\(folder)/\(part)") }
        let time = Self.milliseconds(end)
        for (name, value) in metrics {
            try write("\(time) \(value) 0\n", "\(folder)/metrics/\(Self.fileName(name))")
        }
        for (key, value) in parameters { try write(value, "\(folder)/params/\(Self.fileName(key))") }
        for (key, value) in tags { try write(value, "\(folder)/tags/\(Self.fileName(key))") }
        try MLflowArtifacts.copy(from: source, to: "\(folder)/artifacts")
        try write(
            Self.yaml([
                ("artifact_uri", URL(fileURLWithPath: artifacts).absoluteString), ("end_time", "\(time)"),
                ("entry_point_name", "''"), ("experiment_id", "'\(experiment)'"), ("lifecycle_stage", "active"),
                ("run_id", "'\(identity)'"), ("run_name", Self.quoted(name)), ("run_uuid", "'\(identity)'"),
                ("source_name", "''"), ("source_type", "4"), ("source_version", "''"),
                ("start_time", "\(Self.milliseconds(start))"), ("status", "3"), ("tags", "[]"),
                ("user_id", Self.quoted(user)),
            ]), "\(folder)/meta.yaml")
    }

    /// The folder is renamed when all is written, so its files need no care of their own.
    private func write(_ text: String, _ path: String) throws {
        try AtomicFile.write(text, to: path)
    }

    static func milliseconds(_ time: Date) -> Int { Int((time.timeIntervalSince1970 * 1000).rounded()) }

    static func yaml(_ entries: [(String, String)]) -> String {
        entries.map { "\($0.0): \($0.1)\n" }.joined()
    }

    /// Any text as YAML that reads back the same.
    static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: String(format: "\\x%02x", scalar.value)
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }

    /// A key as the name of its file, made of what MLflow allows in keys; no key leaves its folder.
    static func fileName(_ key: String) -> String {
        let allowed = Set("-_. :")
        let name = String(key.map { $0.isASCII && ($0.isLetter || $0.isNumber) || allowed.contains($0) ? $0 : "_" })
        return name.allSatisfy { $0 == "." } ? "_" + name : name
    }
}
