import LinearAlgebra
import Testing

@testable import Digitization

@Suite struct MedianWindowTests {
    @Test func `the median of few values, by hand`() {
        var window = MedianWindow()
        #expect(window.median == nil)
        for (value, median) in [(3, 3), (1, 3), (2, 2), (2, 2), (.nan, 2)] as [(Float, Float)] {
            window.insert(value)
            #expect(window.median == median)
        }
        for (value, median) in [(1, 2), (.nan, 2), (2, 3), (2, 3)] as [(Float, Float)] {
            window.remove(value)
            #expect(window.median == median)
        }
        window.remove(3)
        #expect(window.median == nil)
    }

    @Test func `a moving window has the median of the sorted values`() {
        var generator = SeededGenerator(seed: 5, purpose: "median window")
        let values = (0 ..< 400).map { index in
            index % 17 == 3 ? Float.nan : Float((4 * generator.normal()).rounded())
        }
        var window = MedianWindow()
        for index in values.indices {
            window.insert(values[index])
            if index >= 31 { window.remove(values[index - 31]) }
            let slice = values[max(0, index - 30) ... index].filter { !$0.isNaN }.sorted()
            #expect(window.median == (slice.isEmpty ? nil : slice[slice.count / 2]))
        }
    }
}
