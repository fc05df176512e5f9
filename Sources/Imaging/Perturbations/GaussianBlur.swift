import Foundation

/// Convolves each channel with a Gaussian, along rows and then columns.
///
/// σ is a share of the page's shorter side and at least half a pixel. The kernel ends at 3σ (rounded up) and adds up to
/// 1. Border pixels extend outward. Nothing is rounded between the two passes.
struct GaussianBlur {
    let share: Double

    func apply(to page: Page) -> Page {
        let sigma = max(share * Double(min(page.width, page.height)), 0.5)
        let kernel = Self.kernel(sigma)
        let (width, height) = (page.width, page.height)
        let across = page.pixels.withUnsafeBufferPointer { pixels in
            Self.convolved(pixels, kernel, lines: height, length: width, lineStep: 3 * width, step: 3)
        }
        let down = across.withUnsafeBufferPointer { across in
            Self.convolved(across, kernel, lines: width, length: height, lineStep: 3, step: 3 * width)
        }
        return Page(width: width, height: height, pixels: down.map { UInt8(min(max($0.rounded(), 0), 255)) })
    }

    /// Returns 2⌈3σ⌉ + 1 weights that add up to 1.
    static func kernel(_ sigma: Double) -> [Float] {
        let reach = Int((3 * sigma).rounded(.up))
        let weights = (-reach ... reach).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
        let sum = weights.reduce(0, +)
        return weights.map { Float($0 / sum) }
    }

    /// Convolves `lines` lines of `length` pixels with three channels each.
    private static func convolved<Level: BinaryPixel>(
        _ source: UnsafeBufferPointer<Level>, _ kernel: [Float], lines: Int, length: Int, lineStep: Int, step: Int
    ) -> [Float] {
        let reach = kernel.count / 2
        return [Float](unsafeUninitializedCapacity: source.count) { out, count in
            for line in 0 ..< lines {
                for place in 0 ..< length {
                    var sum = SIMD3<Float>.zero
                    for offset in -reach ... reach {
                        let other = line * lineStep + min(max(place + offset, 0), length - 1) * step
                        sum +=
                            kernel[offset + reach]
                            * SIMD3(source[other].level, source[other + 1].level, source[other + 2].level)
                    }
                    let target = line * lineStep + place * step
                    for channel in 0 ..< 3 { out[target + channel] = sum[channel] }
                }
            }
            count = source.count
        }
    }
}

/// An input of the convolution: stored levels in the first pass, unrounded results in the second.
private protocol BinaryPixel {
    var level: Float { get }
}

extension UInt8: BinaryPixel {
    fileprivate var level: Float { Float(self) }
}

extension Float: BinaryPixel {
    fileprivate var level: Float { self }
}
