import ClassificationMetrics
import Evaluation
import Files
import Foundation
import Plots

/// The results of a sweep: a table for the terminal, `summary.md`, `summary.csv` with every metric, and `summary.svg`.
struct SweepSummary {
    let sweep: Sweep
    let members: [SweepRun.Member]
    /// The experiment's name.
    let title: String

    private static let shown: [(title: String, key: MetricKey)] = [
        ("macro F1", .f1Macro), ("micro F1", .f1Micro), ("Hamming", .hammingLoss), ("top-1 F1", .top1F1Macro),
        ("ROC AUC", .rocAUCMacro), ("ECE", .ece),
    ]

    /// Writes the files into the sweep's folder.
    ///
    /// - Throws: `FileError`, `PlotError`.
    func write(to folder: String) throws {
        try csv.write(to: "\(folder)/summary.csv")
        try AtomicFile.write(markdown, to: "\(folder)/summary.md")
        if !finished.isEmpty { try figure.write(to: "\(folder)/summary.svg") }
    }

    var terminalText: String {
        var text = TerminalTable(table, style: .of(STDOUT_FILENO)).text + "\n"
        for (point, reason) in failures { text += "Run \(point.number) failed: \(reason)\n" }
        if let best { text += "Best by macro F1: run \(best.point.number), \(best.point.folder)\n" }
        return text
    }

    private var finished: [(point: Sweep.Point, result: EvaluationResult)] {
        members.compactMap { member in
            if case .finished(let result) = member.end { (member.point, result) } else { nil }
        }
    }

    private var failures: [(point: Sweep.Point, reason: String)] {
        members.compactMap { member in
            if case .failed(let reason) = member.end { (member.point, reason) } else { nil }
        }
    }

    /// The best run; the first of ties.
    private var best: (point: Sweep.Point, result: EvaluationResult)? {
        finished.max { left, right in
            let (a, b) = (left.result.metrics[.f1Macro] ?? -1, right.result.metrics[.f1Macro] ?? -1)
            return (a, -left.point.number) < (b, -right.point.number)
        }
    }

    private var table: ReportTable {
        var table = ReportTable(
            caption: "Sweep of \(title): \(members.count) runs, \(failures.count) failed",
            columns: [.init("run")] + sweep.axes.map { .init($0.key, .left) } + Self.shown.map { .init($0.title) })
        for member in members {
            let cells: [String]
            switch member.end {
            case .finished(let result): cells = Self.shown.map { ReportTable.number(result.metrics[$0.key]) }
            case .failed: cells = ["failed"] + Self.shown.dropFirst().map { _ in "–" }
            }
            table.add(["\(member.point.number)"] + member.point.values + cells)
        }
        return table
    }

    private var csv: CSVTable {
        // Keys of an experiment and metrics have different names.
        let header =
            ["run", "folder"] + sweep.axes.map(\.key) + ["state", "error"] + MetricKey.allCases.map(\.rawValue)
        return CSVTable(
            header: header,
            rows: members.map { member in
                let start = ["\(member.point.number)", member.point.folder] + member.point.values
                switch member.end {
                case .finished(let result):
                    return start + ["finished", ""]
                        + MetricKey.allCases.map { result.metrics[$0].map { "\($0)" } ?? "" }
                case .failed(let reason):
                    return start + ["failed", reason] + MetricKey.allCases.map { _ in "" }
                }
            })
    }

    private var markdown: String {
        let table = table
        func line(_ cells: [String]) -> String {
            "| " + cells.map { $0.replacingOccurrences(of: "|", with: "\\|") }.joined(separator: " | ") + " |"
        }
        var lines = ["# \(table.caption)", "", line(table.columns.map(\.title))]
        lines.append("|" + table.columns.map { $0.alignment == .left ? "---|" : "---:|" }.joined())
        for (member, row) in zip(members, table.rows) {
            var cells = row
            if case .finished = member.end { cells[0] = "[\(row[0])](<\(member.point.folder)/report.html>)" }
            lines.append(line(cells))
        }
        if let best { lines += ["", "Best by macro F1: run \(best.point.number) (`\(best.point.folder)`)."] }
        if !failures.isEmpty { lines += ["", "## Failed", ""] }
        lines += failures.map { "- run \($0.point.number): \($0.reason)" }
        if !finished.isEmpty { lines += ["", "![Macro F1 of the runs](summary.svg)"] }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The 40 best runs, in the order of the sweep.
    private var figure: SweepFigure {
        let kept = Set(
            finished.sorted { ($0.result.metrics[.f1Macro] ?? -1) > ($1.result.metrics[.f1Macro] ?? -1) }
                .prefix(40).map(\.point.number))
        return SweepFigure(
            title: "Macro F1 of the sweep's runs", metric: "macro F1",
            rows: finished.filter { kept.contains($0.point.number) }.map { point, result in
                SweepFigure.Row(
                    name: "\(point.number): \(point.values.joined(separator: ", "))",
                    value: result.metrics[.f1Macro] ?? .nan,
                    interval: result.intervals[MetricKey.f1Macro.rawValue].map { $0[0] ... $0[1] })
            })
    }
}
