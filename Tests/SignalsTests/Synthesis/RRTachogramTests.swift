import Foundation
import LinearAlgebra
import Testing

@testable import Signals

struct RRTachogramTests {
    private let tachogram = RRTachogram(mean: 0.9, standardDeviation: 0.05, lowToHighRatio: 1.5)

    @Test func `a series has the asked mean and deviation over its period`() {
        var generator = SeededGenerator(seed: 1)
        let series = RRTachogram.Series(of: tachogram, using: &generator)
        let values = stride(from: 0.0, to: RRTachogram.Series.period, by: 0.5).map { series.value(at: $0) }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        #expect(abs(mean - 0.9) < 1e-12)
        #expect(abs(variance.squareRoot() - 0.05) < 1e-12)
    }

    @Test func `the power around the two frequencies has the asked ratio and none is elsewhere`() {
        var generator = SeededGenerator(seed: 2)
        let series = RRTachogram.Series(of: tachogram, using: &generator)
        let count = 400
        let step = RRTachogram.Series.period / Double(count)
        let values = (0 ..< count).map { series.value(at: Double($0) * step) - 0.9 }
        // The plain discrete Fourier transform.
        func power(at index: Int) -> Double {
            var (real, imaginary) = (0.0, 0.0)
            for (place, value) in values.enumerated() {
                let angle = 2 * Double.pi * Double(index * place) / Double(count)
                real += value * cos(angle)
                imaginary -= value * sin(angle)
            }
            return real * real + imaginary * imaginary
        }
        func band(_ range: ClosedRange<Double>) -> Double {
            (1 ..< count / 2).filter { range.contains(Double($0) / RRTachogram.Series.period) }
                .reduce(0) { $0 + power(at: $1) }
        }
        let low = band(0.04 ... 0.15)
        let high = band(0.15001 ... 0.4)
        #expect(abs(low / high - 1.5) < 1e-6)
        #expect(band(0.4001 ... 1) < 1e-9 * high)
    }

    @Test func `an unvarying rhythm has equal intervals`() {
        var generator = SeededGenerator(seed: 3)
        let still = RRTachogram(mean: 0.8, standardDeviation: 0)
        #expect(still.intervals(4, using: &generator) == [0.8, 0.8, 0.8, 0.8])
    }

    @Test func `the same seed gives the same intervals and another seed others`() {
        var first = SeededGenerator(seed: 4)
        var second = SeededGenerator(seed: 4)
        var third = SeededGenerator(seed: 5)
        let intervals = tachogram.intervals(20, using: &first)
        #expect(intervals == tachogram.intervals(20, using: &second))
        #expect(intervals != tachogram.intervals(20, using: &third))
    }

    @Test func `intervals stay positive when the deviation is absurd`() {
        var generator = SeededGenerator(seed: 6)
        let wild = RRTachogram(mean: 0.8, standardDeviation: 2)
        #expect(wild.intervals(200, using: &generator).allSatisfy { $0 >= 0.3 * 0.8 - 1e-12 })
    }
}
