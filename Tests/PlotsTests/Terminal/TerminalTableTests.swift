import Foundation
import Testing

@testable import Plots

struct TerminalTableTests {
    private let table = ReportTable(
        caption: "Each label", columns: [.init("Label", .left), .init("F1"), .init("n")],
        rows: [["N", "0.879", "500"], ["Ventricular", "–", "7"]])

    @Test func `columns are aligned, numbers to the right, without trailing spaces or escape sequences`() {
        #expect(
            TerminalTable(table).text == """
                Each label
                Label           F1    n
                ───────────  ─────  ───
                N            0.879  500
                Ventricular      –    7

                """)
    }

    @Test func `a terminal gets bold headings`() {
        let lines = TerminalTable(table, style: .styled).text.split(separator: "\n")
        #expect(lines[0] == "\u{1B}[1mEach label\u{1B}[0m" && lines[1].hasPrefix("\u{1B}[1mLabel"))
        #expect(lines[3] == "N            0.879  500")
    }

    @Test func `wide, combining and invisible characters have their width in columns`() {
        let names = ["漢字", "e\u{301}", "👩‍⚕️", "a\u{200B}b", "Ωé"]
        #expect(names.map(DisplayWidth.of) == [4, 1, 2, 2, 2])
        let table = ReportTable(
            caption: "", columns: [.init("Label", .left), .init("n")], rows: names.map { [$0, "1"] })
        let lines = TerminalTable(table).text.split(separator: "\n")
        #expect(Set(lines.map { DisplayWidth.of(String($0)) }) == [8])
    }

    @Test func `a label cannot move the cursor`() {
        let table = ReportTable(
            caption: "\u{1B}[2J", columns: [.init("a\nb", .left)], rows: [["x\r\u{1B}]0;title\u{7}\u{9B}31m"]])
        let text = TerminalTable(table).text
        #expect(
            text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && !(0x7F ..< 0xA0).contains($0.value) })
        #expect(text.split(separator: "\n").count == 4)
    }

    @Test func `too long a name is cut between whole characters`() {
        #expect(DisplayWidth.truncate("abcdef", to: 4) == "abc…" && DisplayWidth.truncate("abcd", to: 4) == "abcd")
        #expect(DisplayWidth.truncate("漢字漢字", to: 4) == "漢…" && DisplayWidth.truncate("ab", to: 0) == "")
        let long = ReportTable(caption: "", columns: [.init("L", .left)], rows: [[String(repeating: "x", count: 99)]])
        #expect(TerminalTable(long, nameLimit: 10).text.hasSuffix("\nxxxxxxxxx…\n"))
    }

    @Test func `a table without rows has its header`() {
        #expect(TerminalTable(.init(caption: "", columns: [.init("L", .left)])).text == "L\n─\n")
    }

    @Test func `a pipe is not styled`() throws {
        let pipe = Pipe()
        let style = TerminalStyle.of(pipe.fileHandleForWriting.fileDescriptor, environment: ["TERM": "xterm"])
        #expect(style == .plain)
    }

    @Test func `a terminal is styled unless its environment disables it`() throws {
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        try #require(terminal >= 0 && isatty(terminal) == 1)
        defer { close(terminal) }
        #expect(TerminalStyle.of(terminal, environment: ["TERM": "xterm"]) == .styled)
        for refusal in [["TERM": "xterm", "NO_COLOR": "1"], ["TERM": "dumb"], [:]] {
            #expect(TerminalStyle.of(terminal, environment: refusal) == .plain)
        }
    }

    @Test func `cells contain formatted numbers`() {
        #expect(ReportTable.number(0.5, interval: 0.25 ... 0.75, decimals: 2) == "0.50 [0.25, 0.75]")
        #expect(ReportTable.number(nil) == "–" && ReportTable.number(0.1236) == "0.124")
        #expect(ReportTable.number(1, interval: nil) == "1.000" && ReportTable.count(12345) == "12\u{2009}345")
    }
}
