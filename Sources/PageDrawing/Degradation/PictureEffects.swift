import Foundation
import LinearAlgebra

/// Pixels of a photo or scan while light, optics and sensor change them.
struct PictureEffects {
    let width: Int
    let height: Int
    /// height × width × 3, RGB interleaved.
    var pixels: [UInt8]

    /// Darkens the part behind a soft edge, and away from a lamp.
    mutating func light(_ degradation: PageDegradation) {
        guard degradation.shadow > 0 || degradation.unevenLight > 0 else { return }
        var random = SeededGenerator(seed: degradation.seed, purpose: "page light")
        let diagonal = Float((Double(width * width + height * height)).squareRoot())
        let angle = 2 * Double.pi * random.uniform()
        let direction = SIMD2(Float(cos(angle)), Float(sin(angle)))
        let edge = SIMD2(
            Float(random.uniform(in: 0.3 ... 0.7)) * Float(width),
            Float(random.uniform(in: 0.3 ... 0.7)) * Float(height))
        let softness = Float(random.uniform(in: 0.01 ... 0.08)) * diagonal
        let lamp = SIMD2(
            Float(random.uniform(in: -0.2 ... 1.2)) * Float(width),
            Float(random.uniform(in: -0.2 ... 1.2)) * Float(height))
        let (shadow, uneven) = (Float(degradation.shadow), Float(degradation.unevenLight))
        let (width, height) = (width, height)
        pixels.withUnsafeMutableBufferPointer { pixels in
            for y in 0 ..< height {
                for x in 0 ..< width {
                    let place = SIMD2(Float(x), Float(y))
                    let depth = min(max(((place - edge) * direction).sum() / softness + 0.5, 0), 1)
                    let away = place - lamp
                    let distance = min((away * away).sum() / (diagonal * diagonal), 1)
                    let light = (1 - shadow * depth * depth * (3 - 2 * depth)) * (1 - uneven * distance)
                    let index = 3 * (y * width + x)
                    for channel in index ..< index + 3 { pixels[channel] = UInt8(Float(pixels[channel]) * light + 0.5) }
                }
            }
        }
    }

    /// Convolves with a Gaussian that ends at 3σ; the border's pixels continue outward.
    mutating func blur(sigma: Double) {
        guard sigma > 0 else { return }
        let reach = Int((3 * sigma).rounded(.up))
        var kernel = (-reach ... reach).map { Float(exp(-Double($0 * $0) / (2 * sigma * sigma))) }
        let sum = kernel.reduce(0, +)
        for index in kernel.indices { kernel[index] /= sum }
        let (width, height, rowBytes) = (width, height, 3 * width)
        var across = [Float](repeating: 0, count: rowBytes * height)
        var padded = [Float](repeating: 0, count: 3 * (width + 2 * reach))
        across.withUnsafeMutableBufferPointer { across in
            padded.withUnsafeMutableBufferPointer { padded in
                for y in 0 ..< height {
                    for x in -reach ..< width + reach {
                        let source = y * rowBytes + 3 * min(max(x, 0), width - 1)
                        for channel in 0 ..< 3 { padded[3 * (x + reach) + channel] = Float(pixels[source + channel]) }
                    }
                    let row = across.baseAddress! + y * rowBytes
                    for (tap, weight) in kernel.enumerated() {
                        let source = padded.baseAddress! + 3 * tap
                        for index in 0 ..< rowBytes { row[index] += weight * source[index] }
                    }
                }
            }
        }
        var line = [Float](repeating: 0, count: rowBytes)
        line.withUnsafeMutableBufferPointer { line in
            across.withUnsafeBufferPointer { across in
                for y in 0 ..< height {
                    for index in 0 ..< rowBytes { line[index] = 0.5 }
                    for (tap, weight) in kernel.enumerated() {
                        let source = across.baseAddress! + min(max(y + tap - reach, 0), height - 1) * rowBytes
                        for index in 0 ..< rowBytes { line[index] += weight * source[index] }
                    }
                    for index in 0 ..< rowBytes { pixels[y * rowBytes + index] = UInt8(min(line[index], 255)) }
                }
            }
        }
    }

    /// Adds normal noise to every channel of every pixel.
    mutating func addNoise(sigma: Double, seed: UInt64) {
        guard sigma > 0 else { return }
        var random = SeededGenerator(seed: seed, purpose: "page noise")
        // Drawing from a table of normal numbers is several times faster than drawing each.
        let table = (0 ..< 1 << 16).map { _ in Float(sigma * random.normal()) }
        pixels.withUnsafeMutableBufferPointer { pixels in
            var bits: UInt64 = 0
            for index in 0 ..< pixels.count {
                if index % 4 == 0 { bits = random.next() }
                let level = Float(pixels[index]) + table[Int(truncatingIfNeeded: bits & 0xFFFF)]
                bits >>= 16
                pixels[index] = UInt8(min(max(level + 0.5, 0), 255))
            }
        }
    }

    /// Makes each pixel black or white.
    mutating func threshold(_ level: Double) {
        for index in stride(from: 0, to: pixels.count, by: 3) {
            let gray =
                0.299 * Double(pixels[index]) + 0.587 * Double(pixels[index + 1]) + 0.114 * Double(pixels[index + 2])
            let value: UInt8 = gray < level ? 0 : 255
            (pixels[index], pixels[index + 1], pixels[index + 2]) = (value, value, value)
        }
    }
}
