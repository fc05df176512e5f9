import Imaging
import LinearAlgebra
import Testing

@testable import Digitization

struct GridFinderTests {
    @Test(arguments: 1 ... 6)
    func `pictures of noise have no usable page`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (width, height) = (900, 640)
        // Dots of one to three pixels: their spectra have peaks at any frequency.
        let size = Int(seed) % 3 + 1
        var pixels = [UInt8](repeating: 255, count: 3 * width * height)
        for y in stride(from: 0, to: height, by: size) {
            for x in stride(from: 0, to: width, by: size) where random.uniform() < 0.3 {
                for (row, column) in [(y, x), (min(y + size - 1, height - 1), min(x + size - 1, width - 1))] {
                    for channel in 0 ..< 3 { pixels[3 * (row * width + column) + channel] = 60 }
                }
            }
        }
        let page = PageDigitizer().digitize(Page(width: width, height: height, pixels: pixels))
        #expect(!page.isUsable && !page.reasons.isEmpty)
    }
}
