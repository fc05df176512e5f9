import Imaging
import Testing

@testable import PageDrawing

@Suite struct PaperDamageTests {
    private let blank = Page(width: 900, height: 640, pixels: [UInt8](repeating: 255, count: 3 * 900 * 640))

    private func damaged(_ change: (inout PageDegradation) -> Void) -> Page {
        var degradation = PageDegradation(seed: 11)
        change(&degradation)
        return PaperDamage.apply(degradation, to: blank, scale: 3, size: SIMD2(300, 640 / 3.0))
    }

    @Test func `handwriting is dark and thin, stains are light and large`() {
        let written = damaged { $0.handwriting = 3 }
        let stained = damaged { $0.stains = 3 }
        func share(_ page: Page, _ isIncluded: (UInt8) -> Bool) -> Double {
            Double(page.pixels.count(where: isIncluded)) / Double(page.pixels.count)
        }
        #expect((0.0005 ... 0.05).contains(share(written) { $0 < 128 }))
        #expect(share(stained) { $0 < 255 } > 0.002 && share(stained) { $0 < 100 } == 0)
        #expect(damaged { _ in } == blank)
    }
}
