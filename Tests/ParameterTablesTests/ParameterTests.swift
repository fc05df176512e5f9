import Testing

@testable import ParameterTables

struct ParameterTests {
    private enum Shade: String, CaseIterable, ParameterValue { case light, dark }

    private struct Sample: Parameterized, Equatable {
        var cost = 0.5
        var count = 3
        var shade = Shade.dark
        var limit: Double?
        var hidden = 7

        static var standard: Sample { Sample() }

        static var table: [Parameter<Sample>] {
            [
                .init("cost", \.cost, .number(above: 0), "cost of an error"),
                .init("count", \.count, .whole(1 ... 9), "number of parts"),
                .init("shade", \.shade, "light or dark"),
                .init("limit", \.limit, or: "off", .number(0 ... 1), "upper limit, or off"),
                .init("hidden", \.hidden, .whole(0 ... 9), "for code only", isSetting: false),
            ]
        }
    }

    @Test func `a row reads text into its property and writes it back`() throws {
        var sample = Sample()
        for (row, text) in zip(Sample.table, ["2.5", "9", "light", "0.25", "1"]) {
            #expect(row.set(text, in: &sample), "\(row.name)")
            #expect(row.text(in: sample) == text)
        }
        #expect(sample == Sample(cost: 2.5, count: 9, shade: .light, limit: 0.25, hidden: 1))
        #expect(Sample.table[3].set("off", in: &sample) && sample.limit == nil)
    }

    @Test func `a text of another form changes nothing`() {
        var sample = Sample()
        for (row, text) in zip(Sample.table, ["0", "1.5", "grey", "on", "10"]) { #expect(!row.set(text, in: &sample)) }
        #expect(sample == Sample())
    }

    @Test func `defaults are those of the type, as people write them`() {
        #expect(Sample.table.map(\.standard) == ["0.5", "3", "dark", "off", "7"])
        #expect([5.0, 0.001, -1, 1e-7].map(\.parameterText) == ["5", "0.001", "-1", "1e-07"])
    }

    @Test func `the first parameter with a value that is not accepted is found`() {
        #expect(Sample().firstFault == nil)
        #expect(Sample(cost: .nan, count: 0).firstFault?.name == "cost")
        #expect(Sample(count: 0).firstFault?.name == "count")
        #expect(Sample(limit: 2).firstFault?.name == "limit")
        #expect(Sample(hidden: -1).firstFault?.name == "hidden")
    }
}
