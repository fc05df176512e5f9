import Foundation
import Plots

/// The checks of a gate and their verdicts.
public struct GateOutcome: Sendable {
    public let run: String
    /// The experiment, for titles.
    public let experiment: String
    public let checks: [Check]

    public enum Verdict: Equatable, Sendable {
        case pass
        /// Better than the baseline by more than its tolerance. `--update` can raise the baseline.
        case better
        /// Failed, with the reason.
        case fail(String)
    }

    public struct Check: Equatable, Sendable {
        public let name: String
        public let expected: String
        /// The measured value; nil if missing.
        public let found: String?
        /// The worst value that passes; nil if only the exact value passes.
        public let limit: String?
        /// Found − expected; nil if undefined.
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

    /// The text for the terminal or the file that stdout is.
    public var terminalText: String { tableText + "\n" + sentence + "\n" }

    /// The table without the summary.
    public var tableText: String { TerminalTable(table, style: .of(STDOUT_FILENO)).text }

    /// The Markdown text for a pull request.
    public var markdown: String {
        "### \(passes ? "✅" : "❌") \(MarkdownTable.escaped(sentence))\n\n"
            + MarkdownTable.text(table)
    }

    /// The summary in one or two sentences.
    public var sentence: String {
        let better = checks.filter { $0.verdict == .better }.map(\.name).joined(separator: ", ")
        let mention = better.isEmpty ? "" : " Better than the baseline: \(better)"
        guard passes else {
            let names = failures.map(\.name).joined(separator: ", ")
            return "The gate failed: \(failures.count) of \(checks.count) checks (\(names))."
                + (better.isEmpty ? "" : mention + ".")
        }
        // Suggest an update only if it would not also accept a regression.
        return "The gate passed: all \(checks.count) checks."
            + (better.isEmpty ? "" : mention + "; use --update to raise the baseline.")
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
                    check.name, short(check.expected), check.limit ?? "equal", check.found.map(short) ?? "–",
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

    /// Formats with at most six decimals and without trailing zeros, so that a limit shows all digits that matter.
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
