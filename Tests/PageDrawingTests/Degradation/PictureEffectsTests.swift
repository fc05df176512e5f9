import Foundation
import Testing

@testable import PageDrawing

@Suite struct PictureEffectsTests {
    private func picture(_ width: Int, _ height: Int, _ level: UInt8) -> PictureEffects {
        PictureEffects(width: width, height: height, pixels: [UInt8](repeating: level, count: 3 * width * height))
    }

    @Test func `a shadow darkens one part by its share and leaves another as it is`() {
        for seed in UInt64(0) ..< 8 {
            var degradation = PageDegradation(seed: seed)
            degradation.shadow = 0.5
            var effects = picture(300, 200, 200)
            effects.light(degradation)
            #expect(effects.pixels.min() == 100 && effects.pixels.max() == 200)
        }
    }

    @Test func `blur spreads a point as the Gaussian and keeps plain areas`() {
        var effects = picture(41, 41, 0)
        for channel in 0 ..< 3 { effects.pixels[3 * (20 * 41 + 20) + channel] = 255 }
        effects.blur(sigma: 1)
        func expected(_ dx: Int, _ dy: Int) -> Double {
            let sum = (-3 ... 3).reduce(0) { $0 + exp(-Double($1 * $1) / 2) }
            return 255 * exp(-Double(dx * dx + dy * dy) / 2) / (sum * sum)
        }
        for dy in -3 ... 3 {
            for dx in -3 ... 3 {
                #expect(abs(Double(effects.pixels[3 * ((20 + dy) * 41 + 20 + dx)]) - expected(dx, dy)) <= 0.51)
            }
        }
        var plain = picture(30, 20, 137)
        plain.blur(sigma: 1.7)
        #expect(plain.pixels.allSatisfy { $0 == 137 })
    }

    @Test func `noise has its deviation, no bias, and depends on the seed`() {
        var effects = picture(300, 300, 128)
        effects.addNoise(sigma: 8, seed: 1)
        let values = effects.pixels.map { Double($0) - 128 }
        let mean = values.reduce(0, +) / Double(values.count)
        let deviation = (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
        #expect(abs(mean) < 0.1 && abs(deviation - 8) < 0.1)
        var (same, other) = (picture(300, 300, 128), picture(300, 300, 128))
        same.addNoise(sigma: 8, seed: 1)
        other.addNoise(sigma: 8, seed: 2)
        #expect(same.pixels == effects.pixels && other.pixels != effects.pixels)
    }

    @Test func `a copy is black and white`() {
        var effects = PictureEffects(width: 2, height: 1, pixels: [200, 30, 30, 240, 200, 200])
        effects.threshold(150)
        #expect(effects.pixels == [0, 0, 0, 255, 255, 255])
    }
}
