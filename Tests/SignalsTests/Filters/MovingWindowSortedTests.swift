import LinearAlgebra
import Testing

@testable import Signals

@Suite struct MovingWindowSortedTests {
    @Test(arguments: 1 ... 10 as ClosedRange<UInt64>)
    func `values that come and go leave the window sorted`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let values = (0 ..< 200).map { _ in Double(generator.integer(below: 15)) }
        var window = SortedWindow<Double>()
        for index in values.indices {
            window.insert(values[index])
            if index >= 20 { window.remove(values[index - 20]) }
            let expected = values[max(0, index - 19) ... index].sorted()
            #expect(window.values == expected)
            #expect(window.median == MovingWindow.median(of: expected))
        }
    }

    @Test func `an empty window has no median`() {
        #expect(SortedWindow<Double>().median.isNaN)
    }
}
