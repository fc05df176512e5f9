import Foundation

/// Why runs cannot be compared.
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
            "\(path): there is no predictions.csv in it. Name the folder of a finished run, or one that "
                + "`heartsense evaluate` wrote."
        case .otherLabels(let first, let labels, let second, let found):
            "\(second): its labels are \(found.joined(separator: ", ")), those of \(first) are "
                + "\(labels.joined(separator: ", ")). Only runs with the same labels in the same order can be compared."
        case .otherRows(let first, let rows, let second, let found, let common) where rows == found && common == rows:
            "\(second): it has the samples of \(first) in another order. Score both on the same data set."
        case .otherRows(let first, let rows, let second, let found, let common):
            "\(second): it answers for \(found) samples, \(first) for \(rows), and \(common) are common to both. "
                + "A paired comparison needs the same ones: score both models on one data set with "
                + "`heartsense evaluate`."
        case .otherTruth(let first, let second, let sample, let labels, let found, let rows):
            "\(second): the truth of \(sample) is \(Self.text(found)), in \(first) it is \(Self.text(labels)); "
                + "\(rows) \(rows == 1 ? "sample differs" : "samples differ"). Score both on the same version of the "
                + "data set."
        }
    }

    public var errorDescription: String? { description }

    private static func text(_ labels: [String]) -> String {
        labels.isEmpty ? "no label" : labels.joined(separator: "|")
    }
}
