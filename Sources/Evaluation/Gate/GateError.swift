import Foundation

/// Why a gate cannot say whether a run passes: the files are wrong, not the numbers.
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
            "\(path): there is no metrics.json in it. Name the folder of a finished run, or one that "
                + "`heartsense evaluate` wrote."
        case .notABaseline(let file, let reason):
            "\(file): this is no baseline: \(reason). One looks like {\"dataset_sha256\": …, \"n\": 1710, \"metrics\": "
                + "{\"f1_macro\": {\"value\": 0.9, \"tolerance\": 0.01}}}; `heartsense gate RUN --baseline FILE "
                + "--update` writes one."
        case .missingBaseline(let file, let run):
            "\(file): there is no such baseline. Write one with `heartsense gate \(run) --baseline \(file) --update`."
        case .unknownMetric(let file, let name, let nearest):
            "\(file): there is no metric \(name)." + (nearest.map { " Did you mean \($0)?" } ?? "")
                + " Metrics are those of metrics.json, and per_label.CODE.precision, recall, f1 and roc_auc."
        case .notMeasured(let run, let metrics):
            "\(run): it did not measure \(metrics.joined(separator: ", ")), which the baseline holds; the baseline was "
                + "left as it is. Remove the metric from the baseline if it is no longer wanted."
        }
    }

    public var errorDescription: String? { description }
}
