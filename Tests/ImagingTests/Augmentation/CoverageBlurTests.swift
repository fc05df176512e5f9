import LinearAlgebra
import Testing

@testable import Imaging

struct CoverageBlurTests {
    @Test func `rows and columns are weighted by a Gaussian, with paper beyond the border`() {
        var generator = SeededGenerator(seed: 9)
        let (width, height) = (11, 7)
        let source = (0 ..< width * height).map { _ in Float(generator.uniform()) }
        let found = CoverageBlur.applied(to: source, width: width, height: height, sigma: 1.3)
        let kernel = GaussianBlur.kernel(1.3)
        let reach = kernel.count / 2
        for y in 0 ..< height {
            for x in 0 ..< width {
                var sum = 0.0
                for dy in -reach ... reach {
                    for dx in -reach ... reach where (0 ..< width).contains(x + dx) && (0 ..< height).contains(y + dy) {
                        sum += Double(kernel[dy + reach] * kernel[dx + reach] * source[(y + dy) * width + x + dx])
                    }
                }
                #expect(abs(Double(found[y * width + x]) - sum) < 1e-5)
            }
        }
    }

    @Test func `a tiny blur changes nothing, and a blur wider than the picture works`() {
        #expect(CoverageBlur.applied(to: [0, 1, 0, 1], width: 2, height: 2, sigma: 0.1) == [0, 1, 0, 1])
        #expect(CoverageBlur.applied(to: [0, 1, 0, 1], width: 2, height: 2, sigma: 6).allSatisfy { $0 < 0.1 })
    }
}
