import Foundation
import Testing

@testable import Signals

@Suite struct ButterworthFilterTests {
    /// `scipy.signal.butter(2, 0.2)`.
    @Test func `coefficients of a lowpass are those of scipy`() {
        let section = ButterworthFilter.lowpass(order: 2, cutoff: 100, samplingRate: 1000).sections[0]
        let expected = SIMD3(0.06745527, 0.13491055, 0.06745527)
        for index in 0 ..< 3 { #expect(abs(section.numerator[index] - expected[index]) < 1e-8) }
        #expect(abs(section.denominator.x + 1.1429805) < 1e-7)
        #expect(abs(section.denominator.y - 0.4128016) < 1e-7)
    }

    @Test(arguments: 1 ... 5)
    func `the gain is one half of the power at each edge and one inside`(order: Int) {
        let half = 0.5.squareRoot()
        let low = ButterworthFilter.lowpass(order: order, cutoff: 40, samplingRate: 500)
        #expect(abs(low.gain(at: 40, samplingRate: 500) - half) < 1e-9)
        #expect(abs(low.gain(at: 0, samplingRate: 500) - 1) < 1e-9)
        let high = ButterworthFilter.highpass(order: order, cutoff: 0.5, samplingRate: 500)
        #expect(abs(high.gain(at: 0.5, samplingRate: 500) - half) < 1e-6)
        #expect(high.gain(at: 0, samplingRate: 500) < 1e-9)
        let band = ButterworthFilter.bandpass(order: order, band: 6 ... 22, samplingRate: 360)
        #expect(band.sections.count == order)
        #expect(abs(band.gain(at: 6, samplingRate: 360) - half) < 1e-6)
        #expect(abs(band.gain(at: 22, samplingRate: 360) - half) < 1e-6)
        #expect(abs(band.gain(at: 11.5, samplingRate: 360) - 1) < 0.01)
        #expect(low.sections.count == (order + 1) / 2)
    }

    /// |H|² = 1 / (1 + (tan(πf/r) / tan(πc/r))^2n).
    @Test(arguments: [1, 2, 3, 4])
    func `a lowpass has the gain of the formula at every frequency`(order: Int) {
        let filter = ButterworthFilter.lowpass(order: order, cutoff: 30, samplingRate: 250)
        for frequency in stride(from: 1.0, to: 124, by: 7) {
            let ratio = tan(.pi * frequency / 250) / tan(.pi * 30 / 250)
            let expected = 1 / (1 + pow(ratio, 2 * Double(order))).squareRoot()
            #expect(abs(filter.gain(at: frequency, samplingRate: 250) - expected) < 1e-9)
        }
    }

    /// The difference equation, written out.
    private func slow(_ sections: [Biquad], _ signal: [Double]) -> [Double] {
        sections.reduce(signal) { signal, section in
            var output: [Double] = []
            for index in signal.indices {
                let input = { (back: Int) in index >= back ? signal[index - back] : 0 }
                let before = { (back: Int) in index >= back ? output[index - back] : 0 }
                output.append(
                    section.numerator.x * input(0) + section.numerator.y * input(1) + section.numerator.z * input(2)
                        - section.denominator.x * before(1) - section.denominator.y * before(2))
            }
            return output
        }
    }

    @Test func `a causal pass is the difference equation`() {
        let filter = ButterworthFilter.bandpass(order: 2, band: 6 ... 22, samplingRate: 128)
        let signal = (0 ..< 400).map { Float(sin(Double($0 * $0 % 97))) }
        let expected = slow(filter.sections, signal.map(Double.init))
        for (found, wanted) in zip(filter.filtered(signal), expected) { #expect(abs(Double(found) - wanted) < 1e-6) }
    }

    @Test func `both directions together neither delay nor change a frequency of the band`() {
        let filter = ButterworthFilter.lowpass(order: 2, cutoff: 40, samplingRate: 500)
        let signal = (0 ..< 1000).map { Float(sin(2 * .pi * 5 * Double($0) / 500)) }
        let gain = Float(pow(filter.gain(at: 5, samplingRate: 500), 2))
        for (found, sample) in zip(filter.zeroPhase(signal), signal).dropFirst(50).dropLast(50) {
            #expect(abs(found - gain * sample) < 1e-4)
        }
    }

    @Test func `a constant passes a lowpass unchanged from the first sample on`() {
        let filter = ButterworthFilter.lowpass(order: 3, cutoff: 10, samplingRate: 100)
        for sample in filter.zeroPhase([Float](repeating: 2.5, count: 60)) { #expect(abs(sample - 2.5) < 1e-6) }
    }

    @Test func `signals of no, one and two samples are filtered`() {
        let filter = ButterworthFilter.lowpass(order: 2, cutoff: 10, samplingRate: 100)
        #expect(filter.zeroPhase([]).isEmpty)
        #expect(filter.zeroPhase([3]).count == 1)
        #expect(filter.zeroPhase([3, 4]).count == 2)
    }
}
