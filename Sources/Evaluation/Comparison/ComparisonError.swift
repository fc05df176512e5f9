import Foundation

/// Errors that prevent a comparison of runs.
public enum ComparisonError: Error, Equatable {
    case notARun(path: String)
    case otherLabels(first: String, labels: [String], second: String, found: [String])
    case otherRows(first: String, rows: Int, second: String, found: Int, common: Int)
    case otherTruth(first: String, second: String, sample: String, labels: [String], found: [String], rows: Int)
}

extension ComparisonError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .notARun(let path):
            "\(path): no predictions.csv found. Give the folder of a finished run, or an output folder of "
                + "`heartsense evaluate`."
        case .otherLabels(let first, let labels, let second, let found):
            "\(second): found the labels \(found.joined(separator: ", ")), expected \(labels.joined(separator: ", ")) "
                + "as in \(first). Compare runs with the same labels in the same order."
        case .otherRows(let first, let rows, let second, let found, let common) where rows == found && common == rows:
            "\(second): the samples are in a different order than in \(first). Score both on the same dataset."
        case .otherRows(let first, let rows, let second, let found, let common):
            "\(second): found \(found) samples, expected the \(rows) samples of \(first); \(common) are in both. "
                + "A paired comparison needs the same samples: score both models on one dataset with "
                + "`heartsense evaluate`."
        case .otherTruth(let first, let second, let sample, let labels, let found, let rows):
            "\(second): found the truth \(Self.text(found)) for \(sample), expected \(Self.text(labels)) as in "
                + "\(first); \(rows) \(rows == 1 ? "sample differs" : "samples differ"). Score both on the same version of the "
                + "dataset."
        }
    }

    public var errorDescription: String? { description }

    private static func text(_ labels: [String]) -> String {
        labels.isEmpty ? "no label" : labels.joined(separator: "|")
    }
}
