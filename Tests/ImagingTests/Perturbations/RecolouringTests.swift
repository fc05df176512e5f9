import LinearAlgebra
import Testing

@testable import Imaging

struct RecolouringTests {
    private func grey(_ colour: SIMD3<Float>) -> Float { (colour * SIMD3(0.299, 0.587, 0.114)).sum() }

    @Test func `ink and paper can be told apart, and half of the pages are light on dark`() {
        let drawn = (0 ..< 400).map { index in
            var random = SeededGenerator(seed: 1, purpose: "test", index: index)
            return Recolouring(&random)
        }
        #expect(drawn.allSatisfy { abs(grey($0.ink) - grey($0.paper)) >= Recolouring.leastContrast })
        // 400 throws of a fair coin: outside of this once in 60,000.
        #expect((160 ... 240).contains(drawn.count { grey($0.ink) > grey($0.paper) }))
    }

    @Test func `each pixel is a mixture of the new colours in its old shares`() throws {
        // Eleven columns of paper, and ink that covers a pixel wholly, by half and by a fifth.
        var drawing = Drawing(width: 16, height: 12)
        for y in 0 ..< 12 { drawing.coverage.replaceSubrange(y * 16 + 4 ..< y * 16 + 7, with: [1, 0.5, 0.2]) }
        var random = SeededGenerator(seed: 4)
        let colours = Recolouring(&random)
        let page = try colours.apply(to: drawing.page(ink: [200, 0, 0], paper: [250, 250, 250]), name: "page")
        for (column, share) in [(4, Float(1)), (5, 0.5), (6, 0.2), (0, 0)] {
            for channel in 0 ..< 3 {
                let expected = colours.paper[channel] + share * (colours.ink[channel] - colours.paper[channel])
                #expect(abs(Float(page.pixels[3 * (5 * 16 + column) + channel]) - expected) <= 1)
            }
        }
    }
}
