import Foundation

/// A reason why a classifier cannot be fitted.
public enum FitError: Error, Equatable {
    /// A parameter has a value that it does not accept.
    case parameter(name: String, expected: String, found: String)

    /// There is no sample, no feature or no label.
    case empty(rows: Int, columns: Int, labels: Int)

    /// A feature is NaN or infinite.
    case notFinite(row: Int, column: Int)
}

extension FitError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .parameter(let name, let expected, let found):
            "\(name) must be \(expected), found \(found)"
        case .empty(let rows, let columns, let labels):
            "\(rows) samples of \(columns) features and \(labels) labels: at least one of each is needed to fit"
        case .notFinite(let row, let column):
            "the feature in row \(row), column \(column) is not a finite number: remove the sample or correct it"
        }
    }

    public var errorDescription: String? { description }
}
