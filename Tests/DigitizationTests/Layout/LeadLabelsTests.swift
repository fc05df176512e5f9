import Testing

@testable import Digitization

struct LeadLabelsTests {
    private static func row(_ level: Float) -> PageRow {
        PageRow([PageTrace(start: 0, spacing: 1, y: [Float](repeating: level, count: 101), row: 0)], pulses: [])!
    }

    private static func word(_ text: String, _ x: Double, _ y: Double) -> PageWord {
        PageWord(text: text, left: x - 2, top: y - 1, right: x + 2, bottom: y + 1, confidence: 1)
    }

    private static let grid = PageLayout.Grid(
        columns: [(0, 50), (50, 100)], block: [0, 1], strips: [], isSegmented: false)

    @Test(arguments: [-14.0, -4, 6])
    func `labels above or below all traces belong to their own row and column`(offset: Double) {
        let labels = LeadLabels(
            words: [
                Self.word("I", 5, 20 + offset), Self.word("V1", 60, 20 + offset), Self.word("II", 5, 60 + offset),
                Self.word("V2", 98, 60 + offset), Self.word("Doe", 10, 20),
            ], rows: [Self.row(20), Self.row(60)])
        let places = labels.places(in: Self.grid).labels.mapValues(\.name)
        #expect(
            places == [
                .init(row: 0, column: 0): "I", .init(row: 0, column: 1): "V1", .init(row: 1, column: 0): "II",
                .init(row: 1, column: 1): "V2",
            ])
    }

    @Test func `names far from the traces are no labels`() {
        let labels = LeadLabels(words: [Self.word("V1", 10, 200)], rows: [Self.row(20), Self.row(60)])
        #expect(labels.labels.isEmpty)
    }

    @Test func `parts of a name with a lost letter are joined`() {
        let words = [("a", 10.0, 12.0), ("L", 14.2, 16.0)].map {
            PageWord(text: $0.0, left: $0.1, top: 15, right: $0.2, bottom: 18, confidence: 0.9)
        }
        let labels = LeadLabels(words: words, rows: [Self.row(20), Self.row(60)])
        #expect(labels.labels.map(\.name) == ["aVL"])
    }

    @Test func `numbers of a line of text are no names`() {
        let words = [("5", 10.0, 12.0), ("mm/mV", 15, 25)].map {
            PageWord(text: $0.0, left: $0.1, top: 65, right: $0.2, bottom: 68, confidence: 0.9)
        }
        #expect(LeadLabels(words: words, rows: [Self.row(20), Self.row(60)]).labels.isEmpty)
    }

    @Test func `columns start at names below one another`() {
        let labels = LeadLabels(
            words: [
                Self.word("I", 5, 16), Self.word("II", 6, 56), Self.word("V1", 60, 16), Self.word("V2", 60, 56),
                Self.word("V3", 90, 16),
            ], rows: [Self.row(20), Self.row(60), Self.row(100)])
        #expect(labels.columnStarts(block: [0, 1, 2]) == [4, 58])
    }
}
