import ClassificationMetrics
import Files
import Foundation
import Inference
import Plots

/// The output files of a search.
extension SearchResult {
    /// - Throws: `SearchError.nothingScored`, `FileError`, `PlotError`.
    func write(to folder: String) throws {
        try csv.write(to: "\(folder)/candidates.csv")
        try AtomicFile.write(try bestYAML(), to: "\(folder)/best.yaml")
        try AtomicFile.write(try json(), to: "\(folder)/search.json")
        do { try figure.write(to: "\(folder)/search.svg") } catch PlotError.nothingToDraw {}
        try report().write(to: "\(folder)/report.html")
    }

    private struct Summary: Encodable {
        let goal: String
        let candidates: Int
        let failed: Int
        let folds: Int
        let rows: Int
        let best: Int
        let settings: [String: String]
        let metrics: MetricSummary
        let nested: NestedEstimate?
        let caution: String
        let warnings: [String]
    }

    private func json() throws -> String {
        let best = try best()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let summary = Summary(
            goal: goal.rawValue, candidates: plan.candidates.count, failed: scores.count { $0.failure != nil },
            folds: foldCount, rows: rows, best: plan.candidates[best].number,
            settings: Dictionary(
                zip(plan.axes.map(\.key), plan.candidates[best].values), uniquingKeysWith: { first, _ in first }),
            metrics: scores[best].metrics, nested: nested, caution: caution, warnings: warnings)
        return String(decoding: try encoder.encode(summary), as: UTF8.self) + "\n"
    }

    private func report() throws -> HTMLReport {
        let best = try best()
        var report = HTMLReport(
            title: "Search of \(plan.base.name)",
            subtitle: "\(plan.candidates.count) candidates, \(foldCount) folds, \(rows) rows; best by \(goal.title)",
            footer: Prediction.notice)
        for warning in warnings { report.warn(warning) }
        try report.add("Best candidate") { section in
            section.add(paragraph: "The best is \(name(of: best)).")
            section.add(paragraph: caution)
            if let nested {
                var table = ReportTable(
                    caption: "The best candidate, and the search on unseen rows",
                    columns: [.init("metric", .left), .init("best candidate"), .init("nested folds")])
                for key in MetricKey.allCases where key != .uncertainFraction {
                    table.add([
                        key.title, ReportTable.number(scores[best].metrics[key]),
                        ReportTable.number(nested.metrics[key]),
                    ])
                }
                section.add(table: table)
                section.add(
                    paragraph: "Candidates chosen without each fold: "
                        + nested.choices.map { $0 == 0 ? "unchanged" : "candidate \($0)" }.joined(separator: ", ") + "."
                )
            }
            try section.addIfDrawable(figure: figure)
        }
        report.add("Settings") { section in
            section.add(keyValues: plan.axes.map { ($0.key, $0.description) })
        }
        report.add("Candidates") { section in
            section.add(table: table(order, caption: "All candidates, best first"))
            let failures = order.filter { scores[$0].failure != nil }
            if !failures.isEmpty {
                section.add(list: failures.map { "\(name(of: $0)): \(scores[$0].failure ?? "")" })
            }
        }
        try report.add("The best candidate as an experiment") { $0.add(preformatted: try bestYAML()) }
        return report
    }
}
