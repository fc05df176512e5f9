import Testing

@testable import Serving

struct CounterTests {
    @Test func `a counter has a value per combination of labels, sorted`() {
        let counter = Counter("x_total", labels: ["a", "b"], help: "h")
        counter.add("2", "x")
        counter.add("1", "y", count: 0)
        counter.add("2", "x", count: 3)
        #expect(counter.values.map(\.labels) == [["1", "y"], ["2", "x"]])
        #expect(counter.values.map(\.count) == [0, 4])
    }
}
