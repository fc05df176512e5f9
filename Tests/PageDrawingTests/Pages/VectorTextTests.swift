import Foundation
import LinearAlgebra
import Testing

@testable import PageDrawing

@Suite struct VectorTextTests {
    private func text(_ value: Double) -> String {
        var out = VectorText()
        out.add(value)
        return String(decoding: out.bytes, as: UTF8.self)
    }

    @Test func `numbers have at most three decimals and no trailing zeros`() {
        #expect(text(0) == "0" && text(297) == "297" && text(-12.5) == "-12.5" && text(0.05) == "0.05")
        #expect(text(1.0004) == "1" && text(1.0006) == "1.001" && text(-0.0004) == "0" && text(10.12) == "10.12")
        #expect(text(2.007) == "2.007")
    }

    @Test func `numbers read back within half a thousandth`() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0 ..< 2000 {
            let value = random.uniform(in: -400 ... 400)
            #expect(abs(try #require(Double(text(value))) - value) <= 0.0005 + 1e-12)
        }
    }
}
