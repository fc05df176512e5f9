import LinearAlgebra
import Testing

@testable import Datasets

struct SyntheticBeatStyleTests {
    private let styles = (0 ..< 500).map { index in
        var generator = SeededGenerator(seed: 9, purpose: "styles", index: index)
        return SyntheticBeatStyle(using: &generator)
    }

    @Test func `ink has enough contrast, and the grid is fainter than the ink`() {
        for style in styles {
            let contrast = abs(style.drawing.ink.luminance - style.drawing.paper.luminance)
            #expect(contrast >= 90)
            if let grid = style.drawing.grid {
                // Neutral ink separates ink from paper at half of the ink's contrast.
                #expect(abs(grid.major.luminance - style.drawing.paper.luminance) < 0.4 * contrast)
            }
        }
    }

    @Test func `pages, pens and windows vary within bounds`() {
        for style in styles {
            #expect((200 ... 800).contains(style.drawing.width))
            #expect((130 ... 600).contains(style.drawing.height))
            #expect((0.7 ... 3.2).contains(style.drawing.lineWidth))
            #expect(style.frame.left > 0 && style.frame.top > 0)
            #expect(style.frame.left + style.frame.width < Double(style.drawing.width))
            #expect(style.frame.top + style.frame.height < Double(style.drawing.height))
        }
        #expect(Set(styles.map(\.drawing.width)).count > 100)
        #expect(styles.contains { $0.drawing.grid != nil } && styles.contains { $0.drawing.grid == nil })
        #expect(styles.contains { $0.drawing.ink.luminance > $0.drawing.paper.luminance })
        #expect(styles.contains { $0.drawing.grain > 0 } && styles.contains { $0.drawing.shade > 0 })
    }
}
