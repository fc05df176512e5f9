import Foundation
import Imaging
import LinearAlgebra

/// A picture of a page after degradation, with the truth at its new places.
package struct DegradedPage: Sendable {
    package let page: Page
    package let truth: PageTruth
    /// The picture as a JPEG file, where it was compressed.
    private let jpeg: Data?

    /// The content of a picture file: JPEG where the degradation has JPEG, else PNG.
    package var file: Data { jpeg ?? page.pngData(dpi: truth.dpi) }
    /// `jpg` or `png`.
    package var fileExtension: String { jpeg == nil ? "png" : "jpg" }

    /// Draws a page and degrades it.
    ///
    /// Order: handwriting and stains on the paper; curl, rotation and perspective; light; blur; noise; black-and-white
    /// copy; cut edges; JPEG.
    ///
    /// - Parameters:
    ///   - degradation: nil for the clean page.
    ///   - dpi: pixels per inch of a clean page; a degradation has its own.
    /// - Throws: `PageDrawingError.tooLarge`, `ImageError.cannotEncode`.
    package init(_ drawing: PageDrawing, _ degradation: PageDegradation?, dpi: Double = 200) throws {
        guard let degradation else {
            (page, truth, jpeg) = (try drawing.page(dpi: dpi), try drawing.truth(dpi: dpi), nil)
            return
        }
        let scale = degradation.dpi / 25.4
        var page = try drawing.page(dpi: degradation.dpi)
        var truth = try drawing.truth(dpi: degradation.dpi)
        page = PaperDamage.apply(degradation, to: page, scale: scale, size: drawing.size)
        var effects = PictureEffects(width: page.width, height: page.height, pixels: page.pixels)
        if degradation.rotationDeg != 0 || degradation.tiltDeg != .zero || degradation.curlMm > 0 {
            var random = SeededGenerator(seed: degradation.seed, purpose: "page background")
            let isPhoto = degradation.tiltDeg != .zero
            let warp = PageWarp(
                width: page.width, height: page.height, degradation,
                margin: isPhoto ? random.uniform(in: 0.01 ... 0.06) : 0.005)
            let background = Background(isPhoto: isPhoto, scale: scale, using: &random)
            effects = PictureEffects(
                width: warp.width, height: warp.height, pixels: warp.apply(to: page, background: background.color))
            truth = truth.moved(width: warp.width, height: warp.height, warp.picture)
        }
        effects.light(degradation)
        effects.blur(sigma: degradation.blurPx)
        effects.addNoise(sigma: degradation.noise, seed: degradation.seed)
        if let level = degradation.copyThreshold { effects.threshold(level) }
        page = Page(width: effects.width, height: effects.height, pixels: effects.pixels)
        (page, truth) = Self.cut(page, truth, shares: degradation.cutOff)
        truth.degradation = degradation
        self.truth = truth
        guard let quality = degradation.jpegQuality else {
            (self.page, jpeg) = (page, nil)
            return
        }
        let file = try page.jpegData(quality: quality)
        let read = try Page(decoding: file, name: "page")
        (self.page, jpeg) = (Page(width: read.width, height: read.height, pixels: read.pixels), file)
    }

    private static func cut(_ page: Page, _ truth: PageTruth, shares: [Double]) -> (Page, PageTruth) {
        guard shares.contains(where: { $0 > 0 }) else { return (page, truth) }
        let (left, right) = (Int(shares[0] * Double(page.width)), Int(shares[2] * Double(page.width)))
        let (top, bottom) = (Int(shares[1] * Double(page.height)), Int(shares[3] * Double(page.height)))
        let (width, height) = (page.width - left - right, page.height - top - bottom)
        var pixels: [UInt8] = []
        pixels.reserveCapacity(3 * width * height)
        for row in top ..< top + height {
            let start = 3 * (row * page.width + left)
            pixels += page.pixels[start ..< start + 3 * width]
        }
        let corner = SIMD2(Double(left), Double(top))
        return (
            Page(width: width, height: height, pixels: pixels),
            truth.moved(width: width, height: height) { $0 - corner }
        )
    }
}

/// The surface beyond the paper: a table under a photo, the lid over a scan.
private struct Background {
    private let base: SIMD3<Float>
    private let contrast: Float
    private let wave: SIMD2<Float>

    /// - Parameter scale: pixels per millimeter.
    init(isPhoto: Bool, scale: Double, using random: inout SeededGenerator) {
        let tables: [SIMD3<Float>] = [[96, 72, 52], [70, 74, 80], [150, 130, 105], [40, 38, 36], [120, 140, 150]]
        let lid = Float(random.uniform(in: 225 ... 252))
        base = isPhoto ? tables[random.integer(below: tables.count)] : SIMD3(repeating: lid)
        contrast = isPhoto ? Float(random.uniform(in: 0.03 ... 0.12)) : 0
        wave =
            SIMD2(Float(random.uniform(in: 0.02 ... 0.1)), Float(random.uniform(in: 0.2 ... 0.8))) / Float(scale)
    }

    @Sendable
    func color(column: Int, row: Int) -> SIMD3<Float> {
        guard contrast > 0 else { return base }
        let (x, y) = (Float(column) * wave.x, Float(row) * wave.y)
        return base * (1 + contrast * sin(y + 2 * sin(x)) + 0.5 * contrast * sin(2.7 * y - x))
    }
}
