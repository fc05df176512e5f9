import Foundation
import Testing

@testable import Signals

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
