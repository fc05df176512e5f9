import ClassificationMetrics
import Files
import Foundation
import Runs

/// The input of a comparison: scores, truth, groups and, if available, configuration and digests.
///
/// It is read from a run's folder or an output folder of `heartsense evaluate`. The model is not read.
public struct ComparedRun: Sendable {
    /// The path as given by the user.
    public let path: String
    public let table: PredictionTable
    /// The group of each sample; nil if groups are not known.
    public let groups: [String]?
    /// The configuration by dotted path; nil without `config.yaml`, as in folders of `evaluate`.
    public let configuration: [String: String]?
    /// The content of `metrics.json`; nil if missing.
    public let result: EvaluationResult?

    /// - Throws: `FileError`, `CSVError`, `PredictionTableError`, `EvaluationError`, `ConfigurationError`,
    ///   `ComparisonError.notARun`.
    public init(contentsOf path: String) throws {
        self.path = path
        let folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        var isFolder: ObjCBool = false
        let manager = FileManager.default
        guard manager.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue,
            manager.fileExists(atPath: "\(folder)/\(RunFolder.File.predictions.rawValue)")
        else {
            throw ComparisonError.notARun(path: path)
        }
        let files = try ScoredFiles(contentsOf: folder, memberNames: [])
        table = files.ensemble
        groups = files.groups
        let configuration = "\(folder)/\(RunFolder.File.configuration.rawValue)"
        self.configuration =
            manager.fileExists(atPath: configuration) ? try StoredConfiguration.read(configuration) : nil
        let metrics = "\(folder)/\(RunFolder.File.metrics.rawValue)"
        result = manager.fileExists(atPath: metrics) ? try EvaluationResult(contentsOf: metrics) : nil
    }

    func scoredSet() throws -> ScoredSet {
        try ScoredSet(
            truth: table.truth, scores: table.scores, decision: table.decision, uncertain: table.uncertain)
    }

    /// - Throws: `ComparisonError` unless both runs have the same samples in the same order with the same truth.
    func requireSameRows(as first: ComparedRun) throws {
        guard table.codes == first.table.codes else {
            throw ComparisonError.otherLabels(
                first: first.path, labels: first.table.codes, second: path, found: table.codes)
        }
        if table.paths != first.table.paths {
            throw ComparisonError.otherRows(
                first: first.path, rows: first.table.paths.count, second: path, found: table.paths.count,
                common: Set(table.paths).intersection(first.table.paths).count)
        }
        let differing = table.paths.indices.filter {
            table.truth.labels(ofRow: $0) != first.table.truth.labels(ofRow: $0)
        }
        if let row = differing.first {
            throw ComparisonError.otherTruth(
                first: first.path, second: path, sample: table.paths[row], labels: first.codes(ofRow: row),
                found: codes(ofRow: row), rows: differing.count)
        }
    }

    private func codes(ofRow row: Int) -> [String] { table.truth.labels(ofRow: row).map { table.codes[$0] } }
}
