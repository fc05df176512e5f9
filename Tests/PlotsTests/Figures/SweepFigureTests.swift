import Foundation
import Testing

@testable import Plots

struct SweepFigureTests {
    private func axis(_ rows: [SweepFigure.Row]) -> ClosedRange<Double> {
        SweepFigure(title: "t", metric: "m", rows: rows).axis
    }

    @Test func `the axis encloses all values in round numbers`() throws {
        let narrow = axis([
            .init(name: "1: a", value: 0.704, interval: 0.669 ... 0.754), .init(name: "2: b", value: 0.692),
        ])
        #expect(abs(narrow.lowerBound - 0.66) < 1e-9 && abs(narrow.upperBound - 0.76) < 1e-9)
        // A loss above one and an undefined value.
        let loss = axis([.init(name: "1", value: 2.64), .init(name: "2", value: .nan)])
        #expect(loss.contains(2.64) && loss.upperBound > loss.lowerBound)
        #expect(axis([.init(name: "1", value: .nan)]) == 0 ... 1)
        let svg = try SweepFigure(title: "t", metric: "m", rows: [.init(name: "1", value: 2.64)]).drawing().svg()
        #expect(svg.contains("2.64"))
    }

    @Test func `the summary names the intervals`() {
        let figure = SweepFigure(
            title: "t", metric: "macro F1", range: "lowest to highest fold",
            rows: [.init(name: "1", value: 0.5, interval: 0.4 ... 0.6)])
        #expect(figure.summary == "macro F1 of each run (lowest to highest fold): run 1 0.500 [0.400, 0.600].")
    }
}
