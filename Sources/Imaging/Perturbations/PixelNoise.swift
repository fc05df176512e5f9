import LinearAlgebra

/// Adds independent normal noise to every channel of every pixel, rounded and clipped.
struct PixelNoise {
    /// σ as a share of the range from black to white.
    let sigma: Double

    func apply(to page: Page, _ random: inout SeededGenerator) -> Page {
        let levels = 255 * sigma
        let pixels = page.pixels.map { level in
            UInt8(min(max((Double(level) + levels * random.normal()).rounded(), 0), 255))
        }
        return Page(width: page.width, height: page.height, pixels: pixels)
    }
}
