import ClassificationMetrics
import Files

/// A number of `metrics.json` that a gate can check: one of `metrics`, or `per_label.CODE.STATISTIC`.
public enum GatedMetric: Hashable, Sendable {
    case overall(MetricKey)
    case ofLabel(String, Statistic)

    /// The statistics in `per_label`.
    public enum Statistic: String, CaseIterable, Sendable {
        case precision, recall, f1
        case rocAUC = "roc_auc"
    }

    private static let labelPrefix = "per_label."

    /// - Parameter file: The file that contains the name, for the error.
    /// - Throws: `GateError.unknownMetric`, with the nearest known name.
    public init(named name: String, file: String) throws {
        if let key = MetricKey(rawValue: name) {
            self = .overall(key)
            return
        }
        // A code may contain dots, so the statistic follows the last one.
        if name.hasPrefix(Self.labelPrefix), let dot = name.lastIndex(of: "."),
            let start = name.index(name.startIndex, offsetBy: Self.labelPrefix.count, limitedBy: dot), start < dot
        {
            let code = String(name[start ..< dot])
            if let statistic = Statistic(rawValue: String(name[name.index(after: dot)...])) {
                self = .ofLabel(code, statistic)
                return
            }
            let known = Statistic.allCases.map { "\(Self.labelPrefix)\(code).\($0.rawValue)" }
            throw GateError.unknownMetric(file: file, name: name, nearest: NearestName.of(name, among: known))
        }
        throw GateError.unknownMetric(
            file: file, name: name, nearest: NearestName.of(name, among: MetricKey.allCases.map(\.rawValue)))
    }

    public var name: String {
        switch self {
        case .overall(let key): key.rawValue
        case .ofLabel(let code, let statistic): "\(Self.labelPrefix)\(code).\(statistic.rawValue)"
        }
    }

    public var isHigherBetter: Bool {
        switch self {
        case .overall(let key): key.isHigherBetter
        case .ofLabel: true
        }
    }

    /// Returns the run's number; nil if missing or undefined.
    func value(in result: EvaluationResult) -> Double? {
        switch self {
        case .overall(let key): result.metrics[key]
        case .ofLabel(let code, let statistic):
            result.perLabel[code].flatMap { label in
                switch statistic {
                case .precision: label.precision
                case .recall: label.recall
                case .f1: label.f1
                case .rocAUC: label.rocAUC
                }
            }
        }
    }
}
