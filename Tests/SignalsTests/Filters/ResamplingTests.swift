import Foundation
import Testing

@testable import Signals

@Suite struct ResamplingTests {
    private func lead(_ count: Int, _ rate: Double, _ value: (Double) -> Double) -> Recording.Lead {
        .init(name: "II", samples: (0 ..< count).map { Float(value(Double($0) / rate)) })
    }

    @Test(arguments: [(360.0, 125.0), (100, 125), (500, 125), (128, 360)])
    func `a slow wave keeps its shape and its place`(_ rate: Double, _ newRate: Double) {
        let wave = { (time: Double) in sin(2 * .pi * 10 * time) + 0.5 }
        let found = lead(Int(4 * rate), rate, wave).resampled(from: rate, to: newRate)
        #expect(found.name == "II")
        #expect(found.samples.count == Int(((4 * rate - 1) / rate * newRate).rounded(.down)) + 1)
        // Half a second at either end is where the kernel has nothing to look at.
        for index in Int(newRate / 2) ..< found.samples.count - Int(newRate / 2) {
            #expect(abs(Double(found.samples[index]) - wave(Double(index) / newRate)) < 0.01)
        }
    }

    @Test func `what the new rate cannot hold is taken out, not folded down`() {
        // 110 Hz would appear as 15 Hz.
        let found = lead(1440, 360) { sin(2 * .pi * 110 * $0) }.resampled(from: 360, to: 125)
        #expect(found.samples[60 ..< 440].allSatisfy { abs($0) < 0.01 })
    }

    @Test func `a level stays what it is, at the ends too, and the same rate changes nothing`() {
        let level = lead(100, 360) { _ in 0.75 }
        #expect(level.resampled(from: 360, to: 125).samples.allSatisfy { abs($0 - 0.75) < 1e-6 })
        #expect(level.resampled(from: 360, to: 360) == level)
        #expect(Recording.Lead(name: "", samples: []).resampled(from: 1, to: 2).samples == [])
    }

    @Test func `a gap stays a gap and spreads no further than the kernel`() {
        var samples = [Float](repeating: 1, count: 1000)
        samples[500] = .nan
        let found = Recording.Lead(name: "II", samples: samples).resampled(from: 250, to: 125)
        let missing = found.samples.indices.filter { found.samples[$0].isNaN }
        #expect(missing.contains(250))
        #expect(missing.allSatisfy { abs($0 - 250) <= 8 })
    }
}

@Suite struct DecimationTests {
    @Test(arguments: [1, 2, 3, 8])
    func `each sample is the triangular mean around its place`(factor: Int) {
        let signal = (0 ..< 50).map { Float(sin(Double($0 * $0 % 29))) }
        let found = Decimation.decimated(signal, by: factor)
        #expect(found.count == (signal.count - 1) / factor + 1)
        for (index, sample) in found.enumerated() {
            let expected = (1 - factor ..< factor).reduce(0.0) { sum, distance in
                let place = min(max(index * factor + distance, 0), signal.count - 1)
                return sum + Double(factor - abs(distance)) * Double(signal[place])
            }
            #expect(abs(Double(sample) - expected / Double(factor * factor)) < 1e-5)
        }
    }

    @Test func `the new rate and its multiples vanish, a constant stays`() {
        let signal = (0 ..< 400).map { Float(3 + cos(2 * .pi * Double($0) / 4)) }
        for sample in Decimation.decimated(signal, by: 4).dropFirst().dropLast() { #expect(abs(sample - 3) < 1e-5) }
    }

    @Test func `a mean that needs a NaN is NaN, others are not`() {
        var signal = [Float](repeating: 1, count: 12)
        signal[6] = .nan
        #expect(Decimation.decimated(signal, by: 3).map(\.isNaN) == [false, false, true, false])
    }

    @Test func `an empty signal stays empty`() {
        #expect(Decimation.decimated([], by: 5).isEmpty)
    }
}
