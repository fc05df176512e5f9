import Foundation
import Plots

/// What a gate found, check by check.
public struct GateOutcome: Sendable {
    public let run: String
    /// What was measured, for titles.
    public let experiment: String
    public let checks: [Check]

    public enum Verdict: Equatable, Sendable {
        case pass
        /// Better than the baseline by more than its tolerance: time for `--update`.
        case better
        /// With the reason.
        case fail(String)
    }

    public struct Check: Equatable, Sendable {
        public let name: String
        public let expected: String
        /// Nil where it was not measured.
        public let found: String?
        /// The worst that passes; nil where only the very value does.
        public let limit: String?
        /// Found minus expected; nil where there is none.
        public let change: Double?
        public let verdict: Verdict

        init(
            name: String, expected: String, found: String?, limit: String? = nil, change: Double? = nil,
            verdict: Verdict
        ) {
            self.name = name
            self.expected = expected
            self.found = found
            self.limit = limit
            self.change = change
            self.verdict = verdict
        }

        public var isFailure: Bool { if case .fail = verdict { true } else { false } }
    }

    public var failures: [Check] { checks.filter(\.isFailure) }
    public var passes: Bool { failures.isEmpty }

    /// For the terminal that stdout is, or for the file.
    public var terminalText: String { tableText + "\n" + sentence + "\n" }

    /// The table alone.
    public var tableText: String { TerminalTable(table, style: .of(STDOUT_FILENO)).text }

    /// For a pull request.
    public var markdown: String {
        "### \(passes ? "✅" : "❌") \(MarkdownTable.escaped(sentence))\n\n"
            + MarkdownTable.text(table)
    }

    /// The result in a sentence or two.
    public var sentence: String {
        let better = checks.filter { $0.verdict == .better }.map(\.name).joined(separator: ", ")
        let mention = better.isEmpty ? "" : " Better than the baseline: \(better)"
        guard passes else {
            let names = failures.map(\.name).joined(separator: ", ")
            return "The gate failed: \(failures.count) of \(checks.count) checks (\(names))."
                + (better.isEmpty ? "" : mention + ".")
        }
        // An update is only worth a thought when it would not let something worse pass as well.
        return "The gate passed: all \(checks.count) checks."
            + (better.isEmpty ? "" : mention + "; --update would hold it to that.")
    }

    private var table: ReportTable {
        func short(_ text: String) -> String {
            text.count == 64 ? String(text.prefix(12)) + "…" : text
        }
        return ReportTable(
            caption: "\(run) against its baseline",
            columns: [
                .init("check", .left), .init("baseline"), .init("limit"), .init("found"), .init("change"),
                .init("verdict", .left),
            ],
            rows: checks.map { check in
                [
                    check.name, short(check.expected), check.limit ?? "the same", check.found.map(short) ?? "–",
                    check.change.map(Self.signed) ?? "", Self.text(check.verdict),
                ]
            })
    }

    private static func text(_ verdict: Verdict) -> String {
        switch verdict {
        case .pass: "pass"
        case .better: "pass (better)"
        case .fail(let reason): "FAIL: \(reason)"
        }
    }

    /// Six decimals at most, without zeros at the end: a limit must not look as if the number met it.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        var text = String(format: "%.6f", value)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        if text == "-0" { return "0" }
        return text.hasPrefix("-") ? "−" + text.dropFirst() : text
    }

    private static func signed(_ value: Double) -> String {
        let text = number(value)
        return value > 0 && text != "0" ? "+" + text : text
    }
}
