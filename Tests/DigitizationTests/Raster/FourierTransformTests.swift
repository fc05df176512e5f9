import Foundation
import Testing

@testable import Digitization

@Suite struct FourierTransformTests {
    @Test func `the transform equals the sum of its definition`() {
        let values: [Float] = (0 ..< 16).map { Float(($0 * 7) % 5) - 1.5 }
        let magnitudes = FourierTransform(length: 16).magnitudes(of: values)
        for bin in 0 ..< 8 {
            var (real, imaginary) = (0.0, 0.0)
            for (index, value) in values.enumerated() {
                let angle = -2 * Double.pi * Double(bin * index) / 16
                real += Double(value) * cos(angle)
                imaginary += Double(value) * sin(angle)
            }
            #expect(abs(Double(magnitudes[bin]) - hypot(real, imaginary)) < 1e-4)
        }
    }
}
