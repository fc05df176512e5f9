import ClassificationMetrics
import Files
import Foundation
import Runs

/// The parameters, metrics, tags and files of a finished run, for trackers.
///
/// Everything is read from the run's folder, so a run can be tracked when it finishes or at any later time.
struct RunRecord {
    let folder: RunFolder
    /// The experiment's name.
    let experiment: String
    /// The resolved configuration by dotted path.
    let parameters: [String: String]
    let result: EvaluationResult
    let environment: EnvironmentRecord
    let start: Date
    let end: Date

    /// - Throws: `FileError`, `ConfigurationError`, `EvaluationError.notMetrics`, `TrackingError`.
    init(of folder: RunFolder, end: Date) throws {
        self.folder = folder
        self.end = end
        parameters = try StoredConfiguration.read(folder[.configuration])
        result = try EvaluationResult(contentsOf: folder[.metrics])
        environment = try EnvironmentRecord(contentsOf: folder[.environment])
        guard let start = RunFolder.date(ofTimeStamp: environment.startedAt) else {
            throw TrackingError.notAnEnvironment(
                file: folder[.environment], reason: "startedAt is not a valid time: \(environment.startedAt)")
        }
        self.start = start
        experiment = parameters["name"] ?? URL(fileURLWithPath: folder.path).lastPathComponent
    }

    /// The display name of the run: its folder's name.
    var name: String { URL(fileURLWithPath: folder.path).standardizedFileURL.lastPathComponent }

    /// Every defined number of `metrics.json`. Those of the ensemble keep their names. Others have the prefix
    /// `interval.`, `per_label.`, `members.` or `baseline.`.
    var metrics: [(name: String, value: Double)] {
        var list: [(String, Double?)] = MetricKey.allCases.map { ($0.rawValue, result.metrics[$0]) }
        list.append(("n", Double(result.n)))
        for (name, interval) in result.intervals.sorted(by: { $0.key < $1.key }) where interval.count == 2 {
            list += [("interval.\(name).low", interval[0]), ("interval.\(name).high", interval[1])]
        }
        for code in result.labels {
            guard let label = result.perLabel[code] else { continue }
            list += [
                ("precision", label.precision), ("recall", label.recall), ("f1", label.f1),
                ("roc_auc", label.rocAUC), ("support", Double(label.support)),
            ].map { ("per_label.\(code).\($0.0)", $0.1) }
        }
        for (member, summary) in result.members.sorted(by: { $0.key < $1.key }) {
            list += MetricKey.allCases.map { ("members.\(member).\($0.rawValue)", summary[$0]) }
        }
        list += MetricKey.allCases.map { ("baseline.\($0.rawValue)", result.baseline[$0]) }
        return list.compactMap { name, value in value.map { (name, $0) } }
    }
}

extension EnvironmentRecord {
    /// Reads the record of a run.
    ///
    /// - Throws: `FileError`, `TrackingError.notAnEnvironment`.
    init(contentsOf path: String) throws {
        do {
            self = try JSONDecoder().decode(EnvironmentRecord.self, from: try FileContent.bytes(of: path))
        } catch let error as DecodingError {
            throw TrackingError.notAnEnvironment(file: path, reason: error.sentence)
        }
    }
}

/// Errors that prevent tracking.
public enum TrackingError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case notAnEnvironment(file: String, reason: String)
    case notAnExperiment(file: String, reason: String)

    public var description: String {
        switch self {
        case .notAnEnvironment(let file, let reason):
            "\(file): not a valid environment.json: \(reason)."
        case .notAnExperiment(let file, let reason):
            "\(file): not a valid experiment description of MLflow: \(reason). Move the folder away, or set "
                + "tracking=off."
        }
    }

    public var errorDescription: String? { description }
}
