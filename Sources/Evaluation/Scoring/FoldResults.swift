import ClassificationMetrics
import Files
import Foundation
import LinearAlgebra

/// The results of each fold of a cross-validation, the `folds` block of `metrics.json`.
public struct FoldResults: Codable, Equatable, Sendable {
    public struct Fold: Codable, Equatable, Sendable {
        /// The fold's number, or the group that was left out.
        public let name: String
        /// The number of test rows.
        public let n: Int
        public let metrics: MetricSummary
    }

    public let each: [Fold]
    /// The unweighted mean over the folds where the metric is defined.
    public let mean: MetricSummary
    /// The sample standard deviation (n − 1) over the same folds; undefined for fewer than two folds.
    public let sd: MetricSummary

    /// - Parameters:
    ///   - set: The scores of all rows.
    ///   - folds: The name of the fold that tested each row.
    public init(of set: ScoredSet, folds: [String]) {
        precondition(folds.count == set.truth.rows, "\(folds.count) folds for \(set.truth.rows) rows")
        var rows: [String: [Int]] = [:]
        var names: [String] = []
        for (row, name) in folds.enumerated() {
            if rows[name] == nil { names.append(name) }
            rows[name, default: []].append(row)
        }
        names.sort(by: NaturalOrder.precedes)
        each = names.map { name in
            let members = rows[name] ?? []
            return Fold(name: name, n: members.count, metrics: MetricSummary(of: set.selecting(rows: members)))
        }
        var mean = MetricSummary()
        var sd = MetricSummary()
        for key in MetricKey.allCases {
            let values = each.compactMap { $0.metrics[key] }
            guard !values.isEmpty else { continue }
            let centre = values.reduce(0, +) / Double(values.count)
            mean[key] = centre
            guard values.count > 1 else { continue }
            let squares = values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
            sd[key] = (squares / Double(values.count - 1)).squareRoot()
        }
        self.mean = mean
        self.sd = sd
    }
}
