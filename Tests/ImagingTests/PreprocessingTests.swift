import Files
import Foundation
import Testing

@testable import Imaging

struct PreprocessingTests {
    private let beat = Drawing.beat()

    @Test func `a neutral picture is the mask averaged over areas`() throws {
        let page = beat.page(ink: [200, 30, 30])
        let picture = try Preprocessing(size: 32).apply(to: page, name: "p")
        let cut = GrayImage(width: beat.width, height: beat.height, pixels: beat.coverage.map { $0 >= 0.5 ? 0 : 255 })
        #expect(picture == Resampling.area.resize(cut, width: 32, height: 32))
    }

    @Test func `an as-drawn picture is BT 601 gray, bilinear`() throws {
        let page = beat.page(ink: [200, 30, 30])
        let picture = try Preprocessing(ink: .asDrawn, size: 32).apply(to: page, name: "p")
        #expect(picture == Resampling.bilinear.resize(page.grayscale, width: 32, height: 32))
        // The gray levels of the public set's six inks.
        let inks: [([UInt8], UInt8)] = [
            ([0, 191, 191], 134), ([255, 0, 0], 76), ([0, 128, 0], 75), ([0, 0, 255], 29), ([191, 191, 0], 169),
        ]
        for (ink, gray) in inks { #expect(Page(width: 1, height: 1, pixels: ink).grayscale.pixels == [gray]) }
    }

    @Test func `the default is neutral 224 without crop and contrast`() throws {
        let standard = Preprocessing()
        #expect(standard == Preprocessing(ink: .neutral, crop: nil, contrast: nil, size: 224))
        let picture = try standard.apply(to: beat.page(), name: "p")
        #expect(picture.width == 224 && picture.height == 224)
    }

    @Test(arguments: Preprocessing.Ink.allCases)
    func `with crop, the same drawing anywhere on the page gives the same picture`(ink: Preprocessing.Ink) throws {
        func page(_ left: Int, _ top: Int) -> Page {
            var drawing = Drawing(width: 200, height: 180)
            for y in 0 ..< beat.height {
                for x in 0 ..< beat.width {
                    drawing.coverage[(y + top) * 200 + x + left] = beat.coverage[y * beat.width + x]
                }
            }
            return drawing.page(ink: [10, 20, 120])
        }
        let preprocessing = Preprocessing(ink: ink, crop: 0.1, size: 64)
        let first = try preprocessing.apply(to: page(15, 20), name: "p")
        #expect(try preprocessing.apply(to: page(70, 80), name: "p") == first)
        #expect(try Preprocessing(ink: ink, size: 64).apply(to: page(15, 20), name: "p") != first)
    }

    @Test(arguments: Preprocessing.Ink.allCases)
    func `with contrast, both ends of the range are reached`(ink: Preprocessing.Ink) throws {
        let page = beat.page(ink: [90, 90, 90], paper: [220, 220, 220])
        let plain = try Preprocessing(ink: ink, size: 40).apply(to: page, name: "p")
        let stretched = try Preprocessing(ink: ink, contrast: 1, size: 40).apply(to: page, name: "p")
        #expect(stretched.pixels.min() == 0 && stretched.pixels.max() == 255)
        #expect(stretched == plain.stretched(percentile: 1))
    }

    @Test func `perturbations change a neutral picture little`() throws {
        let preprocessing = Preprocessing(size: 56)
        let clean = try preprocessing.apply(to: beat.page(), name: "p")
        let noisy = try preprocessing.apply(to: beat.page().noisy(sigma: 25.5, seed: 5), name: "p")
        #expect(clean.difference(from: noisy) < 0.1 * clean.inkShare)
    }

    @Test func `JPEG of quality 30 changes a neutral picture little, and blank paper in it is blank`() throws {
        let preprocessing = Preprocessing(size: 56)
        let clean = try preprocessing.apply(to: Page(contentsOf: Fixtures.path("beat.png")), name: "p")
        let poor = try preprocessing.apply(to: Page(contentsOf: Fixtures.path("beat-quality-30.jpg")), name: "p")
        #expect(clean.difference(from: poor) < 0.15 * clean.inkShare)
        let blank = try Page(contentsOf: Fixtures.path("blank-quality-30.jpg"))
        #expect(throws: ImageError.self) { try preprocessing.apply(to: blank, name: "blank.jpg") }
    }

    @Test(arguments: Preprocessing.Ink.allCases)
    func `a blank page is rejected by name`(ink: Preprocessing.Ink) {
        for level in [UInt8(0), 200, 255] {
            let page = Page(width: 40, height: 30, pixels: Array(repeating: level, count: 3600))
            for crop in [nil, 0.1] {
                let error = #expect(throws: ImageError.self) {
                    try Preprocessing(ink: ink, crop: crop).apply(to: page, name: "blank.png")
                }
                #expect(error?.description.hasPrefix("blank.png: the page is blank: ") == true)
            }
        }
    }

    @Test func `values out of range are rejected by key`() {
        let page = beat.page()
        for (bad, key) in [
            (Preprocessing(crop: -0.1), "crop"), (Preprocessing(crop: 1.5), "crop"),
            (Preprocessing(crop: .nan), "crop"), (Preprocessing(contrast: 50), "contrast"),
            (Preprocessing(contrast: -1), "contrast"), (Preprocessing(size: 0), "size"),
            (Preprocessing(size: 5000), "size"),
        ] {
            let error = #expect(throws: ImageError.self) { try bad.apply(to: page, name: "p") }
            #expect(error?.description.hasPrefix("preprocessing.\(key) must be ") == true)
        }
    }

    @Test func `description and fingerprint differ for every setting`() throws {
        let all = [
            Preprocessing(), Preprocessing(ink: .asDrawn), Preprocessing(crop: 0.05), Preprocessing(crop: 0),
            Preprocessing(contrast: 1), Preprocessing(contrast: 0.05), Preprocessing(size: 96),
        ]
        #expect(
            all.map(\.description) == [
                "neutral 224", "as-drawn 224", "neutral 224, crop 0.05", "neutral 224, crop 0.0",
                "neutral 224, contrast 1.0", "neutral 224, contrast 0.05", "neutral 96",
            ])
        #expect(Set(all.map(\.fingerprint)).count == all.count)
        #expect(Preprocessing().fingerprint == Digest(of: "preprocessing 1: neutral 224"))
        for preprocessing in all {
            let data = try JSONEncoder().encode(preprocessing)
            #expect(try JSONDecoder().decode(Preprocessing.self, from: data) == preprocessing)
        }
    }

    @Test func `a page one pixel high and sixty thousand wide is preprocessed or rejected`() throws {
        var levels = [UInt8](repeating: 255, count: 60_000)
        for x in 20_000 ..< 20_400 { levels[x] = 0 }
        let page = Page(width: 60_000, height: 1, pixels: levels.flatMap { [$0, $0, $0] })
        let picture = try Preprocessing(size: 10).apply(to: page, name: "wide.png")
        #expect(picture.pixels[3] == 238 && picture.pixels[2] == 255 && picture.pixels[93] == 238)
        #expect(throws: ImageError.self) {
            try Preprocessing().apply(to: Page(width: 1, height: 1, pixels: [9, 9, 9]), name: "dot.png")
        }
    }
}
