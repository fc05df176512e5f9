import Foundation

/// Why a classifier could not be fitted.
public enum FitError: Error, Equatable {
    /// A setting is outside of what it may be; `key` is its dotted path in a configuration.
    case parameter(key: String, expected: String, found: String)

    /// There is nothing to learn from.
    case empty(rows: Int, columns: Int, labels: Int)

    /// A feature is NaN or infinite.
    case notFinite(row: Int, column: Int)
}

extension FitError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .parameter(let key, let expected, let found):
            let name = key.split(separator: ".").last.map(String.init) ?? key
            return "\(name) must be \(expected), found \(found) (\(key))"
        case .empty(let rows, let columns, let labels):
            return "\(rows) samples of \(columns) features and \(labels) labels: at least one of each is needed to fit"
        case .notFinite(let row, let column):
            return "the feature in row \(row), column \(column) is not a finite number: remove the sample or repair it"
        }
    }

    public var errorDescription: String? { description }
}

extension FitError {
    /// Refuses a setting unless `accepted`.
    static func require(_ accepted: Bool, _ key: String, _ expected: String, found: some CustomStringConvertible) throws
    {
        guard accepted else { throw parameter(key: key, expected: expected, found: number(found)) }
    }

    /// −1.0 reads −1, as it was written in the configuration.
    private static func number(_ value: some CustomStringConvertible) -> String {
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
