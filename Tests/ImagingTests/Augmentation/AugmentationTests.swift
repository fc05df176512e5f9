import LinearAlgebra
import Testing

@testable import Imaging

struct AugmentationTests {
    private let strokes: InkStrokes
    private let plain: Page

    init() throws {
        plain = Drawing.beat(width: 216, height: 144).page()
        strokes = try InkStrokes(of: plain, name: "beat")
    }

    private func augmentation(_ strengths: AugmentationStrengths, _ seed: UInt64 = 1) -> Augmentation {
        var random = SeededGenerator(seed: seed)
        return Augmentation(strengths, &random)
    }

    @Test func `the same seed gives the same picture, another seed another one`() throws {
        var strengths = AugmentationStrengths()
        (strengths.share, strengths.probability) = (1, 1)
        let first = try augmentation(strengths).page(of: strokes, name: "a")
        #expect(try augmentation(strengths).page(of: strokes, name: "a") == first)
        #expect(try augmentation(strengths, 2).page(of: strokes, name: "a") != first)
    }

    @Test func `neutral strengths change nothing`() {
        #expect(augmentation(.none).isIdentity)
        for effect in AugmentationEffect.allCases {
            #expect(AugmentationStrengths.none[keyPath: effect.strength] == effect.neutral)
            #expect(effect.range.contains(effect.neutral), "\(effect)")
            #expect(effect.range.contains(AugmentationStrengths()[keyPath: effect.strength]), "\(effect)")
        }
    }

    @Test(arguments: AugmentationEffect.allCases)
    func `each effect alone changes some pictures and keeps the drawing detectable`(effect: AugmentationEffect) throws {
        let still = try augmentation(onlyShare).page(of: strokes, name: "still")
        var changed = 0
        for seed in 1 ... 8 as ClosedRange<UInt64> {
            let augmentation = augmentation(AugmentationStrengths().only(effect), seed)
            #expect(!augmentation.isIdentity)
            let page = try augmentation.page(of: strokes, name: "\(effect)")
            if page.pixels != still.pixels { changed += 1 }
            _ = try Preprocessing(size: 64).apply(to: page, name: "\(effect)")
        }
        #expect(changed >= 2, "\(effect)")
    }

    /// Strengths that redraw every picture without an effect.
    private var onlyShare: AugmentationStrengths {
        var strengths = AugmentationStrengths.none
        strengths.share = 1
        return strengths
    }

    @Test func `drawing the strokes without effects nearly reproduces the picture`() throws {
        let page = try augmentation(onlyShare).page(of: strokes, name: "still")
        let (was, isNow) = (
            try Preprocessing(size: 64).apply(to: plain, name: "was"),
            try Preprocessing(size: 64).apply(to: page, name: "is")
        )
        let difference = zip(was.pixels, isNow.pixels).map { abs(Double($0) - Double($1)) }.reduce(0, +)
        let ink = was.pixels.map { 255 - Double($0) }.reduce(0, +)
        #expect(difference < 0.2 * ink)
    }

    @Test func `the grid of ECG paper is not ink`() throws {
        let strokes = try InkStrokes(of: Drawing.beat(width: 324, height: 216).page(), name: "beat")
        let still = try augmentation(onlyShare).page(of: strokes, name: "still")
        let mask = try InkMask(still, name: "still").pixels
        for seed in 1 ... 6 as ClosedRange<UInt64> {
            let augmentation = augmentation(AugmentationStrengths().only(.grid), seed)
            let page = try augmentation.page(of: strokes, name: "grid")
            let found = try InkMask(page, name: "grid").pixels
            // Where lines are dense they are part of the measured paper, and the trace loses some of its edges.
            let ink = mask.count { $0 == 0 }
            let lost = mask.indices.count { mask[$0] == 0 && found[$0] != 0 }
            let gained = mask.indices.count { mask[$0] != 0 && found[$0] == 0 }
            #expect(lost * 8 < ink && gained * 50 < ink, "\(lost) lost, \(gained) gained of \(ink)")
            #expect(page != still || augmentation.paper.square * 216 < 5)
        }
    }

    @Test func `line widths cover the configured range`() throws {
        var factors: [Double] = []
        for seed in 1 ... 60 as ClosedRange<UInt64> {
            var strengths = AugmentationStrengths().only(.thicker)
            strengths.thinner = 0.4
            factors.append(augmentation(strengths, seed).lineWidth)
        }
        #expect(factors.min()! >= 0.4 && factors.min()! < 0.5)
        #expect(factors.max()! <= 3 && factors.max()! > 2.5)
    }

    @Test func `a pen of another width draws lines of that width`() throws {
        func ink(_ change: (inout AugmentationStrengths) -> Void) throws -> Double {
            var strengths = onlyShare
            change(&strengths)
            strengths.probability = 1
            var best = 0.0
            for seed in 1 ... 12 as ClosedRange<UInt64> {
                let augmentation = augmentation(strengths, seed)
                let page = try augmentation.page(of: strokes, name: "pen")
                let ink = page.pixels.map { 255 - Double($0) }.reduce(0, +)
                best = max(best, abs(ink / still(in: page) - augmentation.lineWidth))
            }
            return best
        }
        func still(in page: Page) -> Double {
            (try? augmentation(onlyShare).page(of: strokes, name: "still"))?
                .pixels.map { 255 - Double($0) }.reduce(0, +) ?? 1
        }
        #expect(try ink { $0.thicker = 3 } < 0.45)
        #expect(try ink { $0.thinner = 0.4 } < 0.15)
    }

    @Test func `switching one effect off leaves the others as they were`() {
        var strengths = AugmentationStrengths()
        strengths.share = 1
        let all = augmentation(strengths, 7)
        strengths.grid = 0
        strengths.erase = 0
        let less = augmentation(strengths, 7)
        #expect(less.geometry == all.geometry && less.lineWidth == all.lineWidth)
        #expect(less.paper.noise == all.paper.noise && less.paper.seed == all.paper.seed)
        #expect(less.paper.ink == all.paper.ink && less.paper.grid == 0)
    }

    @Test func `ink and paper have the configured contrast and share of light on dark`() {
        var strengths = AugmentationStrengths().only(.inversion)
        strengths.ink = 0.7
        var dark = 0
        for seed in 1 ... 80 as ClosedRange<UInt64> {
            let paper = augmentation(strengths, seed).paper
            let contrast = paper.ink - paper.paper
            #expect(max(abs(contrast.x), abs(contrast.y), abs(contrast.z)) >= 0.3 * 255 - 0.01)
            #expect(paper.ink.min() >= 0 && paper.ink.max() <= 255.01 && paper.paper.max() <= 255.01)
            if paper.ink.sum() > paper.paper.sum() { dark += 1 }
        }
        #expect((20 ... 60).contains(dark))
    }
}
