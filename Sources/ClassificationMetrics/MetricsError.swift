import Foundation

/// What can be wrong with scores that come from a file.
public enum MetricsError: Error, Equatable {
    /// NaN or infinite.
    case scoreNotFinite(row: Int, label: Int, found: Double)
    /// A score has to be a probability.
    case scoreOutOfRange(row: Int, label: Int, found: Double)
}

extension MetricsError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .scoreNotFinite(let row, let label, let found):
            "the score of sample \(row + 1), label \(label + 1) is \(found), a number from 0 to 1 was expected. "
                + "Make the predictions again."
        case .scoreOutOfRange(let row, let label, let found):
            "the score of sample \(row + 1), label \(label + 1) is \(found), a probability from 0 to 1 was expected. "
                + "Calibrate the scores before they are evaluated."
        }
    }

    public var errorDescription: String? { description }
}
