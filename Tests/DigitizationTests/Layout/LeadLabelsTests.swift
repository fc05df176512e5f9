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
        let places = labels.places(in: Self.grid).mapValues(\.lead.name)
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
}
