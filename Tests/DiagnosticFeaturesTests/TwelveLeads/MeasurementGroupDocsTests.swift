import Foundation
import TestSupport
import Testing

@testable import DiagnosticFeatures

/// Compares the tables of `docs/measurements.md` with the source. WRITE_DOCS=1 writes them.
@Suite struct MeasurementGroupDocsTests {
    private static let file = SharedMaterial.checkout.appendingPathComponent("docs/measurements.md")

    @Test func `the document has all measurements and limits`() throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        var expected = text
        try Self.write(Self.measurements, as: "measurements", to: &expected)
        try Self.write(Self.lines, as: "lines", to: &expected)
        if ProcessInfo.processInfo.environment["WRITE_DOCS"] != nil {
            try Data(expected.utf8).write(to: Self.file)
        } else {
            #expect(text == expected, "docs/measurements.md is out of date: run this test with WRITE_DOCS=1")
        }
    }

    /// Writes a table between its two comments.
    private static func write(_ table: String, as name: String, to text: inout String) throws {
        let start = try #require(text.range(of: "<!-- table: \(name) -->\n"))
        let end = try #require(text.range(of: "<!-- end: \(name) -->", range: start.upperBound ..< text.endIndex))
        text.replaceSubrange(start.upperBound ..< end.lowerBound, with: table)
    }

    private static func row(_ cells: [String]) -> String {
        "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }

    private static var measurements: String {
        let lines = Dictionary(
            uniqueKeysWithValues: MeasurementGroup.table.flatMap { group in group.members.map { ($0, group.name) } })
        return row(["name", "formula", "unit", "leads", "line"]) + row(Array(repeating: "---", count: 5))
            + TwelveLeadMeasurement.table.map {
                row(["`\($0.name)`", $0.formula, $0.unit, $0.leads.joined(separator: ", "), "`\(lines[$0.name]!)`"])
            }.joined()
    }

    private static var lines: String {
        row(["line", "words", "unit", "limits", "source"]) + row(Array(repeating: "---", count: 5))
            + MeasurementGroup.table.filter { $0.limit != nil || $0.name != $0.members[0] || $0.members.count > 1 }
            .map { group in
                row([
                    "`\(group.name)`", group.words, group.unit, group.limit.map(text) ?? "",
                    group.limit?.source ?? "",
                ])
            }.joined()
    }

    private static func text(_ limit: ClinicalLimit) -> String {
        func text(_ bounds: ClinicalLimit.Bounds) -> String {
            [
                bounds.low.map { String(format: "at least %g", $0) },
                bounds.high.map { String(format: "at most %g", $0) },
            ]
            .compactMap(\.self).joined(separator: ", ")
        }
        return limit.women == limit.men ? text(limit.men) : "women \(text(limit.women)), men \(text(limit.men))"
    }
}
