import ClassificationMetrics
import Foundation
import Plots

/// Presents a comparison as tables for the terminal and as Markdown for a pull request.
public struct ComparisonTables: Sendable {
    let comparison: RunComparison

    public init(_ comparison: RunComparison) { self.comparison = comparison }

    /// The text for the terminal or the file that stdout is.
    public var terminalText: String { terminalText(style: .of(STDOUT_FILENO)) }

    func terminalText(style: TerminalStyle) -> String {
        var text = "A   \(comparison.first.path)\n"
        for (index, pair) in comparison.pairs.enumerated() { text += "\(name(index))   \(pair.second.path)\n" }
        text += "\n\(method)\n"
        for (index, pair) in comparison.pairs.enumerated() {
            text += "\n\(name(index)) against A\n\n" + TerminalTable(metricsTable(index, pair), style: style).text
            text += "\n" + TerminalTable(labelsTable(index, pair), style: style).text
            text +=
                "\n"
                + (configurationTable(index, pair).map { TerminalTable($0, style: style).text }
                    ?? configurationSentence(index, pair) + "\n")
            for note in pair.notes { text += "Note: \(note)\n" }
        }
        return text
    }

    /// The Markdown text for a pull request or a lab notebook.
    public var markdown: String {
        var text = "# Comparison\n\n- **A**: \(MarkdownTable.code(comparison.first.path))\n"
        for (index, pair) in comparison.pairs.enumerated() {
            text += "- **\(name(index))**: \(MarkdownTable.code(pair.second.path))\n"
        }
        text += "\n\(method)\n"
        for (index, pair) in comparison.pairs.enumerated() {
            text += "\n## \(name(index)) against A\n"
            if !pair.notes.isEmpty { text += "\n" + pair.notes.map { "> \(MarkdownTable.escaped($0)).\n" }.joined() }
            text += "\n" + MarkdownTable.text(metricsTable(index, pair))
            text += "\n" + MarkdownTable.text(labelsTable(index, pair))
            text +=
                "\n"
                + (configurationTable(index, pair).map(MarkdownTable.text)
                    ?? configurationSentence(index, pair) + "\n")
        }
        return text
    }

    /// Draws the differences: one pair to `path`, several pairs to numbered files, for example `plot-3.svg` for run 3.
    ///
    /// - Parameter path: A path that ends in `.svg` or `.png`.
    /// - Throws: `PlotError`, `FileError`.
    public func draw(to path: String) throws {
        let suffix = URL(fileURLWithPath: path).pathExtension
        for index in comparison.pairs.indices {
            let numbered = "\(path.dropLast(suffix.count + 1))-\(index + 2).\(suffix)"
            try figure(index).write(to: comparison.pairs.count == 1 ? path : numbered)
        }
    }

    /// Returns the figure of one pair's differences.
    ///
    /// It omits coverage error, which counts labels and would compress the scale of the other metrics.
    func figure(_ index: Int) -> ComparisonFigure {
        let pair = comparison.pairs[index]
        return ComparisonFigure(
            title: "Differences on \(comparison.first.table.paths.count) samples",
            first: comparison.first.path, second: pair.second.path,
            rows: MetricKey.allCases.filter { $0 != .coverageError }.compactMap { key in
                guard let difference = pair.differences[key], let value = difference.difference else { return nil }
                return ComparisonFigure.Row(
                    name: key.rawValue, difference: value,
                    interval: difference.interval.map { $0.lower ... $0.upper })
            })
    }

    /// Returns the name of a further run: B to Z, then `run 27` and so on.
    private func name(_ index: Int) -> String {
        index < 25 ? String(UnicodeScalar(UInt8(ascii: "B") + UInt8(index))) : "run \(index + 2)"
    }

    private var method: String {
        let drawn = comparison.isGrouped ? "group (patient)" : "sample"
        let caution =
            comparison.isGrouped ? " McNemar's test assumes independent samples; the intervals do not." : ""
        return "\(comparison.first.table.paths.count) samples. Differences with \(percent) % paired bootstrap "
            + "intervals (\(comparison.bootstrap.replicates) replicates, by \(drawn), seed "
            + "\(comparison.bootstrap.seed)).\(caution)"
    }

    private var percent: String {
        let value = comparison.bootstrap.level * 100
        return value == value.rounded() ? String(Int(value)) : "\(value)"
    }

    private func metricsTable(_ index: Int, _ pair: RunComparison.Pair) -> ReportTable {
        let name = name(index)
        var table = ReportTable(
            caption: "Metrics",
            columns: [
                .init("metric", .left), .init("A"), .init(name), .init("\(name) − A"), .init("\(percent) %"),
                .init("\(name) is", .left),
            ])
        for key in MetricKey.allCases {
            guard let difference = pair.differences[key] else { continue }
            table.add([
                key.rawValue, ReportTable.number(difference.first, decimals: 4),
                ReportTable.number(difference.second, decimals: 4), Self.signed(difference.difference),
                difference.interval.map { "[\(Self.signed($0.lower)), \(Self.signed($0.upper))]" } ?? "–",
                difference.verdict(key) ?? "",
            ])
        }
        return table
    }

    private func labelsTable(_ index: Int, _ pair: RunComparison.Pair) -> ReportTable {
        let name = name(index)
        var table = ReportTable(
            caption: "Decisions by label: McNemar's test, p also corrected for the number of labels (Holm)",
            columns: [
                .init("label", .left), .init("only A right"), .init("only \(name) right"), .init("p"),
                .init("p (Holm)"),
            ])
        for (label, code) in comparison.first.table.codes.enumerated() {
            let test = pair.tests[label]
            table.add([
                code, ReportTable.count(test.onlyFirstRight), ReportTable.count(test.onlySecondRight),
                Self.probability(test.pValue), Self.probability(pair.correctedPValues[label]),
            ])
        }
        return table
    }

    private func configurationTable(_ index: Int, _ pair: RunComparison.Pair) -> ReportTable? {
        guard let changes = pair.configuration, !changes.isEmpty else { return nil }
        return ReportTable(
            caption: "Differences in config.yaml",
            columns: [.init("key", .left), .init("A", .left), .init(name(index), .left)],
            rows: changes.map { [$0.key, $0.first ?? "–", $0.second ?? "–"] })
    }

    private func configurationSentence(_ index: Int, _ pair: RunComparison.Pair) -> String {
        if pair.configuration != nil { return "Both have the same config.yaml." }
        let without = [("A", comparison.first), (name(index), pair.second)].filter { $0.1.configuration == nil }
        return "\(without.map(\.0).joined(separator: " and ")) \(without.count == 1 ? "has" : "have") no config.yaml, "
            + "so configurations cannot be compared."
    }

    private static func signed(_ value: Double?) -> String {
        let text = ReportTable.number(value, decimals: 4)
        // A value that is rounded to zero has no sign.
        return (value ?? 0) > 0 && text.contains { "123456789".contains($0) } ? "+" + text : text
    }

    private static func probability(_ value: Double) -> String {
        value < 0.0001 ? "< 0.0001" : ReportTable.number(value, decimals: 4)
    }
}
