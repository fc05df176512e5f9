import Foundation
import Imaging
import LinearAlgebra

/// Handwriting and stains on the paper.
enum PaperDamage {
    /// - Parameters:
    ///   - scale: pixels per millimeter.
    ///   - size: of the paper in millimeters.
    static func apply(_ degradation: PageDegradation, to page: Page, scale: Double, size: SIMD2<Double>) -> Page {
        guard degradation.handwriting > 0 || degradation.stains > 0 else { return page }
        var canvas = RasterCanvas(page)
        var random = SeededGenerator(seed: degradation.seed, purpose: "handwriting")
        for _ in 0 ..< degradation.handwriting {
            for shape in note(on: size, using: &random) { canvas.draw(shape, scale: scale) }
        }
        var pixels = canvas.pixels
        random = SeededGenerator(seed: degradation.seed, purpose: "stains")
        for _ in 0 ..< degradation.stains {
            stain(&pixels, width: page.width, height: page.height, scale: scale, size: size, using: &random)
        }
        return Page(width: page.width, height: page.height, pixels: pixels)
    }

    private static let words = [
        "AF?", "ok", "RBBB", "ctrl 3 d", "ST?", "see old ECG", "K 4,8", "no change", "SVES", "Dr. M", "seen", "QTc 440",
    ]

    /// Returns a word, a circle or an underline with an arrow, in ballpoint.
    private static func note(on size: SIMD2<Double>, using random: inout SeededGenerator) -> [DrawingShape] {
        let inks = [RGBColor(30, 50, 150), RGBColor(40, 40, 45), RGBColor(170, 30, 40)]
        let ink = inks[random.integer(below: inks.count)]
        let place = SIMD2(random.uniform(in: 30 ... size.x - 70), random.uniform(in: 15 ... max(size.y - 15, 16)))
        let width = random.uniform(in: 0.35 ... 0.6)
        let word = words[random.integer(below: words.count)]
        let height = random.uniform(in: 4 ... 8)
        let slope = random.uniform(in: -0.15 ... 0.15)
        var lines = StrokeFont.strokes(of: word, at: .zero, height: height).map { line in
            line.map { point in
                let shaken = point + 0.05 * height * SIMD2(random.normal(), random.normal()) * 0.5
                // Letters lean to the right, and the line is not level.
                return place + SIMD2(shaken.x - 0.3 * shaken.y, shaken.y + slope * shaken.x)
            }
        }
        if random.uniform() < 0.5 {
            let radius = SIMD2(random.uniform(in: 6 ... 16), random.uniform(in: 4 ... 10))
            let center = place + SIMD2(random.uniform(in: -20 ... 20), random.uniform(in: 8 ... 20))
            lines.append(
                (0 ... 44).map { step in
                    let angle = Double(step) / 40 * 2 * .pi
                    let drift = 1 + 0.05 * sin(3 * angle) + 0.002 * Double(step)
                    return center + radius * SIMD2(cos(angle), sin(angle)) * drift
                })
        }
        return [.lines(lines, width: width, color: ink)]
    }

    /// Darkens an irregular spot or the ring that a cup leaves.
    private static func stain(
        _ pixels: inout [UInt8], width: Int, height: Int, scale: Double, size: SIMD2<Double>,
        using random: inout SeededGenerator
    ) {
        let center = SIMD2(random.uniform(), random.uniform()) * size * scale
        let isRing = random.uniform() < 0.4
        let radius = scale * (isRing ? random.uniform(in: 25 ... 42) : random.uniform(in: 6 ... 22))
        let (wobble, phase) = (random.uniform(in: 0.03 ... 0.12), 2 * .pi * random.uniform())
        let lobes = Double(2 + random.integer(below: 4))
        let strength = Float(random.uniform(in: 0.12 ... 0.4))
        // Coffee absorbs blue most.
        let absorption = SIMD3<Float>(0.35, 0.6, 1) * strength
        let reach = radius * 1.3
        for y in max(Int(center.y - reach), 0) ..< max(min(Int(center.y + reach) + 1, height), 0) {
            for x in max(Int(center.x - reach), 0) ..< max(min(Int(center.x + reach) + 1, width), 0) {
                let offset = SIMD2(Double(x) + 0.5, Double(y) + 0.5) - center
                let edge = radius * (1 + wobble * sin(lobes * atan2(offset.y, offset.x) + phase))
                let distance = (offset * offset).sum().squareRoot() / edge
                let amount: Double
                if isRing {
                    amount = exp(-pow((distance - 0.92) / 0.03, 2))
                } else {
                    // The rim is darker, because the liquid dries from the middle outward.
                    amount = distance < 1 ? 0.6 + 0.4 * pow(distance, 8) : max(1 - (distance - 1) / 0.04, 0)
                }
                guard amount > 0.01 else { continue }
                let place = 3 * (y * width + x)
                for channel in 0 ..< 3 {
                    let level = Float(pixels[place + channel])
                    pixels[place + channel] = UInt8(level * (1 - absorption[channel] * Float(amount)) + 0.5)
                }
            }
        }
    }
}
