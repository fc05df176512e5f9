import Files
import Foundation

/// A run in the layout of MLflow's file store: `meta.yaml`, and a file for each metric, parameter and tag.
struct MLflowRun {
    /// 32 hexadecimal digits from the run's folder and model. Tracking a run again replaces only that run.
    let identity: String
    let experiment: String
    let name: String
    let start: Date
    let end: Date
    let user: String
    let metrics: [(name: String, value: Double)]
    let parameters: [String: String]
    let tags: [String: String]
    /// The run's folder. Its files become artifacts.
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
        // MLflow shows the note prominently as the run's description.
        if !record.result.warnings.isEmpty {
            tags["mlflow.note.content"] = record.result.warnings.map { "**Warning.** \($0)." }.joined(separator: "\n\n")
        }
        self.tags = tags
    }

    /// - Parameters:
    ///   - folder: The folder to create. It must not exist.
    ///   - artifacts: The final path of the artifacts.
    /// - Throws: `FileError`.
    func write(to folder: String, experiment: String, artifacts: String) throws {
        for part in ["metrics", "params", "tags"] { try AtomicFile.makeFolder("\(folder)/\(part)") }
        let time = Self.milliseconds(end)
        for (name, metric) in zip(Self.fileNames(metrics.map(\.name)), metrics) {
            try write("\(time) \(metric.value) 0\n", "\(folder)/metrics/\(name)")
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

    /// Writes a file. The complete folder is renamed at the end, so single files need no atomic write.
    private func write(_ text: String, _ path: String) throws {
        try AtomicFile.write(text, to: path)
    }

    static func milliseconds(_ time: Date) -> Int { Int((time.timeIntervalSince1970 * 1000).rounded()) }

    static func yaml(_ entries: [(String, String)]) -> String {
        entries.map { "\($0.0): \($0.1)\n" }.joined()
    }

    /// Quotes any text as a YAML scalar that reads back exactly.
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

    /// Converts a key to a file name with the characters that MLflow allows in keys: letters and digits of any script and
    /// `-_. :`. It cannot leave its folder.
    ///
    /// - Source: `mlflow/utils/validation.py`, the regular expression `[/\w.\- :]*`.
    static func fileName(_ key: String) -> String {
        var name = ""
        for scalar in key.precomposedStringWithCanonicalMapping.unicodeScalars {
            let isAllowed = isWord(scalar) || "-. :".unicodeScalars.contains(scalar)
            name.unicodeScalars.append(isAllowed ? scalar : "_")
        }
        // The file system's limit is 255 bytes, with room for the name of a temporary file and a number.
        while name.utf8.count > 200 { name.unicodeScalars.removeLast() }
        return name.allSatisfy { $0 == "." } ? "_" + name : name
    }

    /// Returns a different file name for each key. If names are equal, `-2`, `-3`, … follow the later ones.
    static func fileNames(_ keys: [String]) -> [String] {
        var used: Set<String> = []
        return keys.map { key in
            let name = fileName(key)
            var unique = name
            var number = 2
            while !used.insert(unique).inserted {
                unique = "\(name)-\(number)"
                number += 1
            }
            return unique
        }
    }

    /// Whether a scalar matches `\w` of Python's regular expressions.
    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            true
        default: scalar == "_"
        }
    }
}
