import Datasets
import Foundation
import Imaging
import Plots

/// The audit's text for the terminal: the verdict, then the tables.
public struct DatasetAuditText: Sendable {
    private let audit: DatasetAudit
    private let style: TerminalStyle
    /// The number of list entries that are shown. The JSON file has all.
    private static let shown = 5

    public init(of audit: DatasetAudit, style: TerminalStyle = .of(STDOUT_FILENO)) {
        self.audit = audit
        self.style = style
    }

    public var text: String {
        var blocks = [[headline] + (audit.verdict + audit.notes).map { "  \($0)" }]
        blocks += probes.map { [$0] }
        blocks += [allAtOnce, pairs, labels, duplicates].filter { !$0.isEmpty }
        blocks += [groups, leftOut, audit.warnings.map { "Warning: \($0)" }].filter { !$0.isEmpty }
        return blocks.map { $0.map { $0 + "\n" }.joined() }.joined(separator: "\n")
    }

    private var headline: String {
        let pictures =
            "\(ReportTable.count(audit.n)) pictures, \(audit.ink == .neutral ? "with neutral ink" : "as drawn")"
        let leaking = audit.table.leaks.count
        guard leaking > 0 else { return "\(audit.dataset): no label leaks (\(pictures))." }
        let labels = audit.table.scores.count
        return "\(audit.dataset): \(leaking) of \(labels) \(labels == 1 ? "label" : "labels") "
            + "\(leaking == 1 ? "leaks" : "leak") (\(pictures))."
    }

    /// Returns both tables, the one of the verdict first.
    private var tables: [(title: String, ink: Preprocessing.Ink, audit: ProbeAudit)] {
        let drawn = ("as drawn", Preprocessing.Ink.asDrawn, audit.asDrawn)
        guard let neutral = audit.neutral else { return [drawn] }
        let other = ("with neutral ink", Preprocessing.Ink.neutral, neutral)
        return audit.ink == .neutral ? [other, drawn] : [drawn, other]
    }

    /// Lists the three best probes of each label.
    private var probes: [String] {
        tables.flatMap { title, ink, leakage -> [String] in
            var table = ReportTable(
                caption: "One-number probes, each label against the rest, \(title)",
                columns: [
                    .init("label", .left), .init("probe", .left), .init("balanced accuracy"), .init("null 99 %"),
                    .init("leak from"), .init("kind", .left), .init("verdict", .left),
                ])
            for finding in leakage.labels {
                guard let label = finding.label, let scores = leakage.scores[label] else { continue }
                let best = finding.probes[0]
                let next = scores.filter { $0.key != best }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                for (place, probe) in ([best] + next.prefix(2).map(\.key)).enumerated() {
                    let score = scores[probe] ?? finding.balancedAccuracy
                    let isOfShape = ink == .neutral || ImageProbe(rawValue: probe)?.isOfShape == true
                    let margin = isOfShape ? audit.rule.shapeMargin : audit.rule.margin
                    // The rule applies to the best probe. The others show whether it is an outlier.
                    let isUnsure = !finding.leaks && score >= finding.chance + margin
                    let verdict = place > 0 ? "" : finding.leaks ? "LEAKS" : isUnsure ? "too few pictures" : "–"
                    table.add([
                        place == 0 ? label : "", probe, ReportTable.number(score),
                        place == 0 ? ReportTable.number(finding.nullPercentile) : "",
                        ReportTable.number(finding.chance + margin), isOfShape ? "shape" : "ink, layout or file",
                        verdict,
                    ])
                }
            }
            return table.rows.isEmpty ? [] : [TerminalTable(table, style: style).text.trimmed]
        }
    }

    private var allAtOnce: [String] {
        var table = ReportTable(
            caption: "One-number probes, all labels at once",
            columns: [
                .init("pictures", .left), .init("probe", .left), .init("balanced accuracy"), .init("chance"),
                .init("null 99 %"),
            ])
        for (title, _, leakage) in tables {
            guard let finding = leakage.overall else { continue }
            table.add(
                [title, AuditSentences.probes(finding)]
                    + [finding.balancedAccuracy, finding.chance, finding.nullPercentile].map { ReportTable.number($0) })
        }
        return table.rows.isEmpty ? [] : [TerminalTable(table, style: style).text.trimmed]
    }

    private var pairs: [String] {
        var table = ReportTable(
            caption:
                "Pairs of probes, \(audit.ink == .neutral ? "with neutral ink" : "as drawn") (not part of the verdict)",
            columns: [
                .init("label", .left), .init("probes", .left), .init("balanced accuracy"), .init("null 99 %"),
            ])
        for finding in audit.table.pairs {
            table.add([
                finding.label ?? "", AuditSentences.probes(finding), ReportTable.number(finding.balancedAccuracy),
                ReportTable.number(finding.nullPercentile),
            ])
        }
        return table.rows.isEmpty ? [] : [TerminalTable(table, style: style).text.trimmed]
    }

    private var labels: [String] {
        var table = ReportTable(
            caption: "Labels",
            columns: [.init("label", .left), .init("pictures"), .init("condition", .left), .init("stands for", .left)])
        for label in audit.labels {
            table.add([label.code, ReportTable.count(label.n), label.condition, label.standsFor])
        }
        return [TerminalTable(table, style: style).text.trimmed]
    }

    private var duplicates: [String] {
        var table = ReportTable(
            caption: "Duplicates (not part of the verdict)",
            columns: [.init("kind", .left), .init("found"), .init("across parts"), .init("across labels")])
        for (name, found) in [
            ("identical pixels (sets)", audit.duplicates), ("nearly identical (pairs)", audit.nearDuplicates),
        ] {
            table.add([name] + [found.sets, found.acrossParts, found.acrossLabels].map { ReportTable.count($0.count) })
        }
        var lines = [TerminalTable(table, style: style).text.trimmed]
        let lists = [
            ("Identical pixels in several parts", audit.duplicates.acrossParts),
            ("Identical pixels with different labels", audit.duplicates.acrossLabels),
            ("Nearly identical in several parts", audit.nearDuplicates.acrossParts),
            ("Nearly identical with different labels", audit.nearDuplicates.acrossLabels),
        ]
        for (title, sets) in lists where !sets.isEmpty {
            lines += Self.list(
                title,
                sets.map { set in
                    set.prefix(4).joined(separator: " = ") + (set.count > 4 ? " = … (\(set.count) pictures)" : "")
                })
        }
        return lines
    }

    private var groups: [String] {
        [("Groups in several parts", audit.groupsAcrossParts), ("Groups in several folds", audit.groupsAcrossFolds)]
            .flatMap { title, groups in groups.isEmpty ? [] : Self.list(title, groups) }
    }

    private var leftOut: [String] {
        [
            ("Skipped files that could not be read", audit.unreadable),
            ("Pictures without a drawing", audit.blank),
        ].flatMap { title, files in files.isEmpty ? [] : Self.list(title, files.map(\.reason)) }
    }

    private static func list(_ title: String, _ entries: [String]) -> [String] {
        let rest = entries.count - shown
        return ["\(title): \(ReportTable.count(entries.count))"] + entries.prefix(shown).map { "  \($0)" }
            + (rest > 0 ? ["  … and \(ReportTable.count(rest)) more (--output writes all)"] : [])
    }
}

extension String {
    /// Returns the text without trailing newlines.
    fileprivate var trimmed: String { String(reversed().drop { $0.isNewline }.reversed()) }
}
