import Foundation
import LinearAlgebra
import Testing

@testable import Imaging

struct InkMaskTests {
    private let beat = Drawing.beat()

    /// Returns black where ink covers at least half of a pixel: the expected mask.
    private func truth(_ drawing: Drawing) -> [UInt8] { drawing.coverage.map { $0 >= 0.5 ? 0 : 255 } }

    /// Returns the share of ink pixels in which two masks differ.
    private func disagreement(_ mask: InkMask, _ truth: [UInt8]) -> Double {
        let either = zip(mask.pixels, truth).filter { $0 == 0 || $1 == 0 }.count
        let both = zip(mask.pixels, truth).filter { $0 == 0 && $1 == 0 }.count
        return 1 - Double(both) / Double(either)
    }

    @Test func `three pixels of ink, worked by hand`() throws {
        // Paper is 200 and full ink 100, so that half of the contrast is reached at 150.
        var levels = [UInt8](repeating: 200, count: 20 * 20)
        for x in 4 ..< 12 { levels[10 * 20 + x] = 100 }
        (levels[10 * 20 + 3], levels[10 * 20 + 12]) = (150, 151)
        let mask = try InkMask(Page(width: 20, height: 20, pixels: levels.flatMap { [$0, $0, $0] }), name: "p")
        #expect(mask.pixels.indices.filter { mask.pixels[$0] == 0 } == Array(10 * 20 + 3 ..< 10 * 20 + 12))
    }

    @Test func `the mask of black on white is the coverage cut at one half`() throws {
        #expect(try InkMask(beat.page(), name: "p").pixels == truth(beat))
    }

    @Test func `the mask does not depend on the colors of ink and paper`() throws {
        var random = SeededGenerator(seed: 20)
        let reference = try InkMask(beat.page(), name: "p").pixels
        var (pairs, lightOnDark) = (0, 0)
        while pairs < 20 {
            let ink = (0 ..< 3).map { _ in Double(random.integer(below: 256)) }
            let paper = (0 ..< 3).map { _ in Double(random.integer(below: 256)) }
            guard (0 ..< 3).contains(where: { abs(ink[$0] - paper[$0]) >= 40 }) else { continue }
            pairs += 1
            if ink.reduce(0, +) > paper.reduce(0, +) { lightOnDark += 1 }
            let mask = try InkMask(beat.page(ink: ink, paper: paper), name: "p").pixels
            let different = zip(mask, reference).filter { $0 != $1 }.count
            // Only pixels whose coverage is within rounding of one half differ.
            #expect(100 * different <= mask.count, "ink \(ink), paper \(paper): \(different) of \(mask.count)")
            let step = 1 / (0 ..< 3).map { abs(ink[$0] - paper[$0]) }.max()!
            for index in mask.indices where mask[index] != reference[index] {
                #expect(abs(beat.coverage[index] - 0.5) <= 1.5 * step)
            }
        }
        #expect(lightOnDark > 4 && lightOnDark < 16)
    }

    @Test func `the six inks of the public set give the same bytes`() throws {
        let inks: [[Double]] = [[0, 191, 191], [255, 0, 0], [0, 128, 0], [0, 0, 255], [191, 191, 0], [0, 0, 0]]
        let masks = try inks.map { try InkMask(beat.page(ink: $0), name: "p").pixels }
        #expect(masks.allSatisfy { $0 == masks[0] })
    }

    @Test func `a negative gives the same mask`() throws {
        let page = beat.page(ink: [30, 60, 160], paper: [250, 245, 230])
        let negative = Page(width: page.width, height: page.height, pixels: page.pixels.map { 255 - $0 })
        #expect(try InkMask(page, name: "p").pixels == InkMask(negative, name: "n").pixels)
    }

    @Test func `light that fades to two fifths over the page hardly changes the mask`() throws {
        for isNegative in [false, true] {
            let page = beat.page { x, y, cover, _ in
                let light = 1 - 0.6 * (Double(x) + Double(y)) / Double(beat.width + beat.height)
                let level = light * (240 - 220 * cover)
                return isNegative ? 255 - level : level
            }
            #expect(try disagreement(InkMask(page, name: "p"), truth(beat)) < 0.03)
        }
    }

    @Test func `a grid fainter than half the trace is not ink`() throws {
        let page = beat.page { x, y, cover, channel in
            let paper = x % 8 == 0 || y % 8 == 0 ? [255.0, 165, 165][channel] : 255
            return paper * (1 - cover)
        }
        let mask = try InkMask(page, name: "p").pixels
        for index in mask.indices {
            // Where the trace crosses the grid, slightly less of it reaches the threshold.
            let cover = beat.coverage[index]
            if cover >= 0.5 { #expect(mask[index] == 0) }
            if cover < 0.2 { #expect(mask[index] == 255) }
        }
    }

    @Test func `noise of a tenth of the range hardly changes the mask`() throws {
        for (ink, paper) in [(0.0, 255.0), (20, 230), (240, 30)] {
            let page = beat.page(ink: [ink, ink, ink], paper: [paper, paper, paper]).noisy(sigma: 25.5, seed: 8)
            let wrong = try disagreement(InkMask(page, name: "p"), truth(beat))
            #expect(wrong < 0.25, "ink \(ink) on \(paper): \(wrong)")
        }
    }

    @Test func `a uniform page is blank whatever its color`() {
        for level in [UInt8(0), 128, 255] {
            let page = Page(width: 30, height: 20, pixels: Array(repeating: level, count: 1800))
            #expect(throws: ImageError.noInk(file: "b.png", finding: .contrast(found: 0, bound: 24))) {
                try InkMask(page, name: "b.png")
            }
        }
        #expect(throws: ImageError.self) { try InkMask(Page(width: 1, height: 1, pixels: [0, 0, 0]), name: "b") }
    }

    @Test func `a drawing below the minimum contrast is blank, one at it is not`() throws {
        #expect(throws: ImageError.noInk(file: "b", finding: .contrast(found: 23, bound: 24))) {
            try InkMask(beat.page(ink: [232, 255, 240]), name: "b")
        }
        #expect(try InkMask(beat.page(ink: [231, 255, 240]), name: "b").pixels.contains(0))
    }

    @Test func `noisy blank paper is blank`() {
        let blank = Drawing(width: 120, height: 90)
        for (level, sigma) in [(255.0, 25.5), (128, 25.5), (200, 12), (30, 25.5), (255, 40)] {
            for seed in 1 ... 3 {
                let page = blank.page(ink: [0, 0, 0], paper: [level, level, level]).noisy(
                    sigma: sigma, seed: UInt64(seed))
                #expect(throws: ImageError.noInk(file: "b", finding: .scattered), "paper \(level), sigma \(sigma)") {
                    try InkMask(page, name: "b")
                }
            }
        }
    }

    @Test func `a line one pixel wide is ink`() throws {
        var levels = [UInt8](repeating: 255, count: 60 * 40)
        for x in 5 ..< 55 { levels[(20 + (x * 7 % 11) / 6) * 60 + x] = 0 }
        let page = Page(width: 60, height: 40, pixels: levels.flatMap { [$0, $0, $0] })
        #expect(try InkMask(page, name: "p").pixels.filter { $0 == 0 }.count == 50)
    }

    @Test func `a few dark specks do not determine the contrast`() throws {
        var page = Drawing.beat(width: 240, height: 160).page(ink: [150, 150, 150])
        let clean = try InkMask(page, name: "p").pixels
        var pixels = page.pixels
        for (x, y) in [(3, 3), (200, 12), (60, 150)] {
            for channel in 0 ..< 3 { pixels[3 * (y * 240 + x) + channel] = 0 }
        }
        page = Page(width: 240, height: 160, pixels: pixels)
        let specked = try InkMask(page, name: "p").pixels
        #expect(zip(clean, specked).filter { $0 != $1 }.count == 3)
    }

    @Test func `counts of touching pixels agree with counting one by one`() {
        var random = SeededGenerator(seed: 12)
        for (width, height) in [(1, 1), (1, 9), (2, 3), (9, 1), (10, 4), (31, 7), (64, 9)] {
            for share in [0.03, 0.3, 0.9, 1] {
                let mask = (0 ..< width * height).map { _ -> UInt8 in random.uniform() < share ? 0 : 255 }
                func isInk(_ x: Int, _ y: Int) -> Bool {
                    (0 ..< width).contains(x) && y < height && mask[y * width + x] == 0
                }
                var pairs = 0
                for y in 0 ..< height {
                    for x in 0 ..< width where isInk(x, y) {
                        pairs += [(x + 1, y), (x - 1, y + 1), (x, y + 1), (x + 1, y + 1)].count { isInk($0.0, $0.1) }
                    }
                }
                let found = InkMask.touching(mask, width: width, height: height)
                #expect(found.ink == mask.count { $0 == 0 } && found.pairs == pairs, "\(width) × \(height), \(share)")
            }
        }
    }

    @Test func `a corner that is not paper does not change the rest`() throws {
        let page = Drawing.beat().page(ink: [0, 0, 90], paper: [251, 240, 200])
        let whole = try InkMask(page, name: "beat")
        var pixels = page.pixels
        pixels.replaceSubrange(0 ..< 3, with: [0, 0, 90])
        let marked = try InkMask(Page(width: page.width, height: page.height, pixels: pixels), name: "beat")
        #expect(marked.pixels[0] == 0 && marked.pixels.dropFirst() == whole.pixels.dropFirst())
    }
}
