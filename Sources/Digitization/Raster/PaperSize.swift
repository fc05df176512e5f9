import Foundation
import Imaging

/// The size of a sheet of paper in mm, as a scale for pages without a grid.
struct PaperSize {
    let width: Double
    let height: Double
    let pixelsPerMillimeter: Double
    /// Whether the proportions are those of a usual paper, all of which is in the picture.
    let isUsual: Bool
    /// Other scales that usual papers have if a part is cut off, as factors of `pixelsPerMillimeter`.
    private let otherFactors: [Double]

    /// A4 and US letter, landscape and portrait.
    private static let usual = [(297.0, 210.0), (279.4, 215.9), (210.0, 297.0), (215.9, 279.4)]
    /// Length in mm of the rows of nearly all pages: 10 s at 25 mm/s, or 5 s at 50 mm/s.
    private static let rowLength = 250.0

    /// Chooses the paper whose proportions are nearest.
    init(outline: PaperOutline?, page: Page) {
        let aspect = outline?.aspect ?? Double(page.width) / Double(page.height)
        let nearest = Self.usual.min { abs(log($0.0 / $0.1 / aspect)) < abs(log($1.0 / $1.1 / aspect)) }!
        let isNear = abs(log(nearest.0 / nearest.1 / aspect)) < (outline == nil ? 0.01 : 0.045)
        isUsual = isNear && outline?.isWhole ?? true
        if isNear || outline.map({ !$0.hasWidth }) ?? false {
            (width, height) = isNear ? nearest : (210 * aspect, 210)
        } else {
            // Strips are as wide as other pages.
            (width, height) = (297, 297 / aspect)
        }
        if let outline {
            // The straightened page has as many pixels as the paper in the picture.
            let mapping = outline.mapping(width: width, height: height)
            let (left, right) = (mapping.pixel(x: 0, y: height / 2), mapping.pixel(x: width, y: height / 2))
            pixelsPerMillimeter = hypot(right.x - left.x, right.y - left.y) / width
        } else {
            pixelsPerMillimeter = Double(page.width) / width
        }
        let (scale, area) = (pixelsPerMillimeter, (width: width, height: height))
        otherFactors = Self.usual.flatMap {
            [area.width * scale / $0.0, area.height * scale / $0.1].map { $0 / scale }
        }
    }

    /// Returns the scale that calibration pulses and the lengths of rows suggest.
    ///
    /// - Parameters:
    ///   - pulses: in mm of this paper.
    ///   - rowLengths: lengths of the rows in mm of this paper, without pulses. Some can have a label in them.
    /// - Returns: a factor of `pixelsPerMillimeter`, and `assumed` if nothing confirms a scale.
    func estimate(pulses: [CalibrationPulse], rowLengths: [Double]) -> (factor: Double, source: PageGrid.Source) {
        func nearest(_ value: Double, _ usual: [Double]) -> Double {
            usual.map { value / $0 }.min { abs(log($0)) < abs(log($1)) }!
        }
        func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
        let rows = rowLengths.map { $0 / Self.rowLength }
        func row(near factor: Double, within tolerance: Double) -> Double? {
            rows.min { abs(log($0 / factor)) < abs(log($1 / factor)) }
                .flatMap { abs($0 / factor - 1) < tolerance ? $0 : nil }
        }
        let pulses = pulses.filter(\.isWhole)
        guard !pulses.isEmpty else {
            if isUsual, row(near: 1, within: 0.012) != nil { return (1, .paper) }
            return (otherFactors.first { row(near: $0, within: 0.012) != nil } ?? 1, .assumed)
        }
        // 10 mm/mV, half or twice that; 0.2 s at 25 or 50 mm/s.
        let high = median(pulses.map { nearest($0.height, [5, 10, 20]) })
        let wide = median(pulses.map { nearest($0.width, [5, 10]) })
        guard abs(wide / high - 1) < 0.09, abs(log(high)) < 0.25 else { return (1, .assumed) }
        // A cut sheet, or one with a margin, can look like a whole one: rows tell where they agree with the pulses.
        let length = median(rows.isEmpty ? [0] : rows)
        let isWhole = isUsual && row(near: 1, within: 0.004) != nil
        if !isWhole, abs(length / high - 1) < 0.012, !otherFactors.contains(where: { abs(length / $0 - 1) < 0.004 }) {
            return (length, .pulse)
        }
        if isUsual, abs(high - 1) < 0.035 { return (1, .paper) }
        // A sheet of which a part is cut off: pulses are too small to tell papers apart that differ by 1 %.
        let papers = otherFactors.filter { abs($0 / high - 1) < 0.02 }
        if let best = papers.min(by: { abs(log($0 / high)) < abs(log($1 / high)) }) {
            if papers.allSatisfy({ abs($0 / best - 1) < 0.004 }) { return (best, .pulse) }
            let confirmed = papers.filter { row(near: $0, within: 0.004) != nil }
            return confirmed.count == 1 ? (confirmed[0], .pulse) : (best, .assumed)
        }
        // In a blurred picture pulses are too small by more than that.
        let confirmed = otherFactors.filter { abs($0 / high - 1) < 0.035 && row(near: $0, within: 0.004) != nil }
        if confirmed.count == 1 { return (confirmed[0], .pulse) }
        // Pulses alone are wrong by up to 3 %, which are 0.3 s at the end of a page.
        return row(near: high, within: 0.012).map { ($0, .pulse) } ?? (high, .assumed)
    }

    /// Whether the lines of a grid can be those of a usual paper.
    ///
    /// In a black-and-white copy, thin lines vanish between pixels, and those that remain are at wrong distances. Where
    /// lines of one kind are all that is seen, the width or the height must therefore be that of a usual paper.
    static func agrees(with surface: GridSurface, _ page: Page) -> Bool {
        guard !surface.hasBothLines, surface.residual > regularResidual, isGray(page) else { return true }
        let size = PaperSize(outline: PaperOutline(of: page), page: page)
        let scale = surface.scale
        let (width, height) = (
            size.width * size.pixelsPerMillimeter / scale.x, size.height * size.pixelsPerMillimeter / scale.y
        )
        return usual.contains { abs(width / $0.0 - 1) < 0.025 || abs(height / $0.1 - 1) < 0.025 }
    }

    /// Residual in mm that even distances do not exceed: copies had 0.11 to 0.14, scans without color 0.05.
    private static let regularResidual = 0.09

    /// Whether the light parts of a picture, which are paper and grid, have no color.
    private static func isGray(_ page: Page) -> Bool {
        var (colored, count) = (0, 0)
        page.pixels.withUnsafeBufferPointer { pixels in
            for index in stride(from: 0, to: pixels.count - 2, by: 3 * 37) {
                let (red, green, blue) = (Int(pixels[index]), Int(pixels[index + 1]), Int(pixels[index + 2]))
                let most = max(red, green, blue)
                if most >= 140, most - min(red, green, blue) > 24 { colored += 1 }
                count += 1
            }
        }
        return colored * 100 < count
    }
}
