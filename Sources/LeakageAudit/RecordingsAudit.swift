import Datasets
import Files
import Foundation
import LinearAlgebra
import Plots
import Progress

/// The result of `heartsense dataset audit` for a data set of recordings: labels that a fact of file or device predicts.
///
/// Every recording is read once, and `ProbeAudit` tests its facts (`RecordingProbe`). Pages are left out, because their
/// facts are those of the drawing.
///
/// Keys of the JSON file, which sorts them alphabetically:
///
/// ```json
/// { "dataset": "name", "heartsense": "0.1.0", "n": 987, "pages": 0, "leaks": false, "verdict": ["sentence"],
///   "rule": as in DatasetAudit, "recordings": TABLE as in DatasetAudit,
///   "labels": [{ "code", "condition", "stands_for", "n" }],
///   "groups_across_parts": ["group"], "groups_across_folds": ["group"],
///   "unreadable": [{ "path", "reason" }], "warnings": ["…"] }
/// ```
public struct RecordingsAudit: Codable, Equatable, Sendable {
    public let heartsense: String
    public let dataset: String
    /// The number of recordings that were read.
    public let n: Int
    /// The number of pages, which were left out.
    public let pages: Int
    /// Whether any label leaks. The exit status is then 3.
    public let leaks: Bool
    public let verdict: [String]
    public let rule: ProbeAudit.Settings
    public let recordings: ProbeAudit
    public let labels: [DatasetAudit.LabelCount]
    public let groupsAcrossParts: [String]
    public let groupsAcrossFolds: [String]
    /// Missing files and files that are not valid recordings.
    public let unreadable: [DatasetAudit.LeftOut]
    public let warnings: [String]

    enum CodingKeys: String, CodingKey {
        case heartsense, dataset, n, pages, leaks, verdict, rule, recordings, labels
        case groupsAcrossParts = "groups_across_parts"
        case groupsAcrossFolds = "groups_across_folds"
        case unreadable, warnings
    }

    /// The slow stages of an audit.
    public enum Stage: Sendable {
        case recordings, permutations
    }

    /// Audits the recordings of a data set.
    ///
    /// - Parameters:
    ///   - listed: The recordings. Files that cannot be read are listed and left out.
    ///   - pages: The number of pages that the caller left out.
    ///   - progress: Receives the progress of each stage, from any thread.
    /// - Throws: `AuditError`.
    public init(
        of listed: Dataset, pages: Int = 0, settings: ProbeAudit.Settings = .init(seed: 1), workers: Workers,
        progress: @escaping @Sendable (_ stage: Stage, _ done: Int, _ total: Int) -> Void = { _, _, _ in }
    ) throws {
        let results = try workers.map(listed.samples.count) { index, _ in
            defer { progress(.recordings, index + 1, listed.samples.count) }
            return Result { try RecordingProbe.values(of: listed.path(of: listed.samples[index])) }
        }
        var rows: [Int] = []
        var values: [[Double]] = []
        var unreadable = listed.missing.map {
            DatasetAudit.LeftOut(path: $0, reason: "\($0): the recording does not exist.")
        }
        for (row, result) in results.enumerated() {
            switch result {
            case .success(let found):
                rows.append(row)
                values.append(found)
            case .failure(let error):
                unreadable.append(.init(path: listed.samples[row].path, reason: "\(error)"))
            }
        }
        guard !rows.isEmpty else {
            throw AuditError.nothingReadable(
                dataset: listed.root, first: unreadable.first?.reason ?? "there are no recordings")
        }
        let read = listed.subset(rows)
        guard rows.count >= settings.folds else {
            throw AuditError.tooFewRecordings(dataset: listed.root, recordings: rows.count, folds: settings.folds)
        }
        recordings = try ProbeAudit(
            of: RecordingProbe.table(values), truth: read.truth, codes: read.labelSpace.codes, settings: settings,
            workers: workers, progress: { progress(.permutations, $0, $1) })
        guard !recordings.scores.isEmpty else {
            throw AuditError.tooFewRecordings(dataset: listed.root, recordings: rows.count, folds: settings.folds)
        }
        heartsense = HeartSenseVersion.current
        dataset = Dataset.name(of: listed.root)
        n = rows.count
        self.pages = pages
        rule = settings
        leaks = !recordings.leaks.isEmpty
        verdict = Self.verdict(recordings, settings)
        labels = DatasetAudit.labels(of: read)
        let (samples, groups) = (read.samples, read.samples.map(\.group))
        groupsAcrossParts = Split(parts: samples.map(\.part)).crossingGroups(groups)
        groupsAcrossFolds = GroupCrossings.ofFolds(samples.map(\.fold), groups: groups)
        self.unreadable = unreadable
        warnings =
            listed.warnings.map(\.description) + recordings.warnings
            + labels.filter { $0.n == 0 }.map { "label \($0.code) (\($0.standsFor)) has no recordings" }
            + (groups.allSatisfy { $0 == nil }
                ? ["there are no groups, so patients in several parts cannot be detected"] : [])
    }

    private static func verdict(_ audit: ProbeAudit, _ settings: ProbeAudit.Settings) -> [String] {
        // The sentences for neutral ink do not speak of ink.
        guard audit.leaks.isEmpty else {
            return audit.leaks.map { AuditSentences.leak($0, in: .neutral, settings: settings, neutral: nil) }
        }
        guard let best = audit.labels.max(by: { $0.balancedAccuracy < $1.balancedAccuracy }) else {
            return ["No label leaks: no fact of file or device differs between recordings."]
        }
        let caveat = best.isOfShape ? ", which also depends on the trace" : ""
        return [
            "No label leaks: the best fact is \(AuditSentences.probes(best)) for \(best.label ?? "?"), balanced accuracy "
                + "\(AuditSentences.number(best.balancedAccuracy)) (chance \(AuditSentences.number(best.chance)))\(caveat)."
        ]
    }

    /// Returns the JSON text with sorted keys, so that files can be compared line by line.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }

    /// Shows the best fact of each label, with the null distribution and the limit.
    public var figure: LeakageFigure {
        LeakageFigure(
            title: "Labels predicted by a single fact: \(dataset)", kinds: ["recordings"],
            rows: labels.filter { $0.n > 0 }.map { label in
                let bar = recordings.labels.first { $0.label == label.code }.map {
                    LeakageFigure.Bar(
                        probe: AuditSentences.probes($0), value: $0.balancedAccuracy, null: $0.nullPercentile,
                        limit: AuditSentences.limit($0, rule), leaks: $0.leaks)
                }
                return LeakageFigure.Row(label: label.code, bars: [bar])
            })
    }

    /// The text for the terminal: the verdict, the best fact of each label, and what was left out.
    public func terminalText(style: TerminalStyle = .of(STDOUT_FILENO)) -> String {
        let leaking = recordings.leaks.count
        let count = "\(ReportTable.count(n)) \(n == 1 ? "recording" : "recordings")"
        let headline =
            leaking == 0
            ? "\(dataset): no label leaks (\(count))."
            : "\(dataset): \(leaking) of \(recordings.scores.count) labels \(leaking == 1 ? "leaks" : "leak") (\(count))."
        var table = ReportTable(
            caption: "One fact of file or device, each label against the rest",
            columns: [
                .init("label", .left), .init("recordings"), .init("fact", .left), .init("balanced accuracy"),
                .init("null 99 %"), .init("leak from"), .init("verdict", .left),
            ])
        for finding in recordings.labels {
            table.add([
                finding.label ?? "?", ReportTable.count(labels.first { $0.code == finding.label }?.n ?? 0),
                AuditSentences.probes(finding), AuditSentences.number(finding.balancedAccuracy),
                AuditSentences.number(finding.nullPercentile),
                AuditSentences.number(AuditSentences.limit(finding, rule)),
                finding.leaks ? "LEAKS" : "–",
            ])
        }
        var blocks = [([headline] + verdict.map { "  \($0)" }).joined(separator: "\n")]
        if !table.rows.isEmpty {
            blocks.append(TerminalTable(table, style: style).text.trimmingCharacters(in: .newlines))
        }
        var rest: [String] = []
        for (title, groups) in [
            ("Groups in several parts", groupsAcrossParts), ("Groups in several folds", groupsAcrossFolds),
        ] where !groups.isEmpty {
            rest.append("\(title): \(groups.joined(separator: ", "))")
        }
        if pages > 0 { rest.append("Left out: \(pages) \(pages == 1 ? "page" : "pages")") }
        rest += unreadable.map { "Skipped: \($0.reason)" } + warnings.map { "Warning: \($0)" }
        if !rest.isEmpty { blocks.append(rest.joined(separator: "\n")) }
        return blocks.joined(separator: "\n\n") + "\n"
    }
}
