import Foundation

/// Errors that prevent a comparison with the baseline.
public enum GateError: Error, Equatable {
    case notARun(path: String)
    case notABaseline(file: String, reason: String)
    case missingBaseline(file: String, run: String)
    case unknownMetric(file: String, name: String, nearest: String?)
    case notMeasured(run: String, metrics: [String])
}

extension GateError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .notARun(let path):
            "\(path): no metrics.json found. Give the folder of a finished run, or an output folder of "
                + "`heartsense evaluate`."
        case .notABaseline(let file, let reason):
            "\(file): not a valid baseline: \(reason). Expected format: {\"dataset_sha256\": …, \"n\": 1710, "
                + "\"metrics\": {\"f1_macro\": {\"value\": 0.9, \"tolerance\": 0.01}}}. `heartsense gate RUN --baseline FILE "
                + "--update` writes a baseline."
        case .missingBaseline(let file, let run):
            "\(file): the baseline does not exist. Create it with `heartsense gate \(run) --baseline \(file) --update`."
        case .unknownMetric(let file, let name, let nearest):
            "\(file): unknown metric \(name)." + (nearest.map { " Did you mean \($0)?" } ?? "")
                + " Metrics are those of metrics.json, and per_label.CODE.precision, recall, f1 and roc_auc."
        case .notMeasured(let run, let metrics):
            "\(run): missing metrics of the baseline: \(metrics.joined(separator: ", ")). The baseline was not "
                + "changed. Remove the metrics from the baseline if they are no longer needed."
        }
    }

    public var errorDescription: String? { description }
}
