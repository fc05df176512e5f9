import Foundation

/// An invalid score.
public enum MetricsError: Error, Equatable {
    case scoreNotFinite(row: Int, label: Int, found: Double)
    /// The score is finite but not a probability.
    case scoreOutOfRange(row: Int, label: Int, found: Double)
}

extension MetricsError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .scoreNotFinite(let row, let label, let found):
            "sample \(row + 1), label \(label + 1): the score is \(found). Expected a number from 0 to 1. "
                + "Run the prediction again."
        case .scoreOutOfRange(let row, let label, let found):
            "sample \(row + 1), label \(label + 1): the score is \(found). Expected a probability from 0 to 1. "
                + "Calibrate the scores before the evaluation."
        }
    }

    public var errorDescription: String? { description }
}
