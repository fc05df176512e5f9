import LinearAlgebra
import Testing

@testable import Imaging

struct RecoloringTests {
    private func gray(_ color: SIMD3<Float>) -> Float { (color * SIMD3(0.299, 0.587, 0.114)).sum() }

    @Test func `ink and paper have enough contrast, and half of the pages are light on dark`() {
        let drawn = (0 ..< 400).map { index in
            var random = SeededGenerator(seed: 1, purpose: "test", index: index)
            return Recoloring(&random)
        }
        #expect(drawn.allSatisfy { abs(gray($0.ink) - gray($0.paper)) >= Recoloring.minimumContrast })
        // 400 throws of a fair coin leave this range once in 60,000.
        #expect((160 ... 240).contains(drawn.count { gray($0.ink) > gray($0.paper) }))
    }

    @Test func `each pixel is a mixture of the new colors in the old proportions`() throws {
        // Eleven columns of paper, and ink that covers a pixel fully, by half and by a fifth.
        var drawing = Drawing(width: 16, height: 12)
        for y in 0 ..< 12 { drawing.coverage.replaceSubrange(y * 16 + 4 ..< y * 16 + 7, with: [1, 0.5, 0.2]) }
        var random = SeededGenerator(seed: 4)
        let colors = Recoloring(&random)
        let page = try colors.apply(to: drawing.page(ink: [200, 0, 0], paper: [250, 250, 250]), name: "page")
        for (column, share) in [(4, Float(1)), (5, 0.5), (6, 0.2), (0, 0)] {
            for channel in 0 ..< 3 {
                let expected = colors.paper[channel] + share * (colors.ink[channel] - colors.paper[channel])
                #expect(abs(Float(page.pixels[3 * (5 * 16 + column) + channel]) - expected) <= 1)
            }
        }
    }
}
