import Foundation
import LinearAlgebra
import Testing

@testable import Signals

@Suite struct BeatGridTests {
    private func window(_ samples: [Float], rate: Double, center: Int) -> [Float] {
        var window = [Float](repeating: 0, count: BeatGrid.count)
        let grid = BeatGrid(samplingRate: rate)
        samples.withUnsafeBufferPointer { samples in
            window.withUnsafeMutableBufferPointer { grid.read(samples, around: center, into: $0.baseAddress!) }
        }
        return window
    }

    /// The kernel reaches over eight zero crossings: below a third of the rate it is exact to a thousandth.
    @Test(arguments: [100.0, 128, 250, 360, 1000, 2000])
    func `a sine of 15 Hz has the values of the sine at 500 Hz`(rate: Double) {
        let samples = (0 ..< Int(4 * rate)).map { Float(sin(2 * .pi * 15 * Double($0) / rate)) }
        let center = Int(2 * rate)
        for (point, value) in window(samples, rate: rate, center: center).enumerated() {
            let time = Double(center) / rate + Double(point - BeatGrid.before) / 500
            #expect(abs(Double(value) - sin(2 * .pi * 15 * time)) < 0.004)
        }
    }

    @Test func `at 500 Hz the samples are copied, outside the lead nothing is`() {
        let samples = (0 ..< 700).map(Float.init)
        let found = window(samples, rate: 500, center: 100)
        #expect(found[BeatGrid.before - 100] == 0)
        #expect(found[BeatGrid.before - 101].isNaN)
        #expect(found[BeatGrid.before] == 100)
        #expect(found[BeatGrid.count - 1] == Float(100 + BeatGrid.count - 1 - BeatGrid.before))
    }

    @Test(arguments: [250.0, 500, 1000])
    func `a gap stays a gap and does not spread`(rate: Double) {
        var samples = [Float](repeating: 1, count: Int(4 * rate))
        let center = Int(2 * rate)
        // 100 ms, from 200 ms after the beat on.
        for sample in center + Int(0.2 * rate) ..< center + Int(0.3 * rate) { samples[sample] = .nan }
        let found = window(samples, rate: rate, center: center)
        for (point, value) in found.enumerated() {
            let time = Double(point - BeatGrid.before) / 500
            if time < 0.196 || time > 0.304 { #expect(abs(value - 1) < 1e-5) }
            if time > 0.204, time < 0.296 { #expect(value.isNaN) }
        }
    }

    /// Next to a gap points are read one by one, elsewhere eight at a time.
    @Test(arguments: [100.0, 128, 257, 1000])
    func `a missing sample changes no bit of the points that it does not reach`(rate: Double) {
        var generator = SeededGenerator(seed: 1, purpose: "beat grid")
        let samples = (0 ..< Int(4 * rate)).map { _ in Float(generator.normal()) }
        let center = Int(2 * rate)
        let whole = window(samples, rate: rate, center: center)
        // Eight zero crossings of the sinc, and one sample for the rounding.
        let reach = 8 * max(1, rate / 500) + 1
        for missing in stride(from: center - Int(0.6 * rate), to: center + Int(0.9 * rate), by: 7) {
            var broken = samples
            broken[missing] = .nan
            let found = window(broken, rate: rate, center: center)
            let far = found.indices.filter { point in
                let place = Double(center) + Double(point - BeatGrid.before) * rate / 500
                return abs(place - Double(missing)) > reach
            }
            #expect(far.count > 300)
            #expect(far.map { found[$0].bitPattern } == far.map { whole[$0].bitPattern })
        }
    }
}
