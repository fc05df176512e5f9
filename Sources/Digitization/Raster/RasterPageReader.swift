import Foundation
import Imaging

/// Reads the traces of a page that is a picture: a scan, a photo, a screenshot.
///
/// The steps: ink is separated from the grid, the grid gives millimeters and straightens the page, runs of ink are
/// assigned to the rows of the page, and the pen's width is taken off.
package struct RasterPageReader: Sendable {
    package init() {}

    package func read(_ page: Page) -> ReadPage {
        let ink = PageInk(page)
        guard let surface = GridFinder(ink).find() else { return withoutGrid(ink) }
        let scale = surface.scale
        let grid = PageGrid(
            pixelsPerMillimeterX: scale.x, pixelsPerMillimeterY: scale.y, rotationDegrees: scale.rotation,
            source: .lines)
        let mapping = surface.mapping()
        let isStraight = surface.order == 1 && abs(scale.rotation) < 0.3
        let mean = (scale.x * scale.y).squareRoot()
        var traces: [PageTrace]
        var pulses: [CalibrationPulse]
        var words: [PageWord]
        var hasTooManyRows = false
        if isStraight {
            let rows = PageRows(ink, pixelsPerMillimeterX: scale.x, pixelsPerMillimeterY: scale.y)
            traces = rows.traces.enumerated().map { row, y in
                let level = rows.middles[row]
                let first = surface.millimeters(x: Double(rows.firstColumn) + 0.5, y: level)
                let next = surface.millimeters(x: Double(rows.firstColumn) + 100.5, y: level)
                let values = y.enumerated().map { column, value -> Float in
                    value.isFinite
                        ? Float(
                            surface.millimeters(x: Double(rows.firstColumn + column) + 0.5, y: Double(value)).y)
                        : .nan
                }
                return PageTrace(start: first.x, spacing: (next.x - first.x) / 100, y: values, row: row)
            }
            words = rows.words.map { word in
                let first = surface.millimeters(x: Double(word.left), y: Double(word.top))
                let last = surface.millimeters(x: Double(word.right), y: Double(word.bottom))
                return PageWord(
                    text: word.text, left: first.x, top: first.y, right: last.x, bottom: last.y,
                    confidence: word.confidence)
            }
            hasTooManyRows = rows.hasTooManyRows
            pulses = rows.pulses.map { row, pulse in
                let first = surface.millimeters(x: Double(pulse.left) + 0.5, y: Double(pulse.top))
                let last = surface.millimeters(x: Double(pulse.right) + 0.5, y: Double(pulse.bottom))
                return CalibrationPulse(left: first.x, right: last.x, top: first.y, bottom: last.y, row: row)
            }
        } else {
            let straight = PageStraightening.straighten(
                ink, mapping: mapping, width: surface.size.width, height: surface.size.height, scale: mean)
            let rows = PageRows(straight, pixelsPerMillimeterX: mean, pixelsPerMillimeterY: mean)
            traces = rows.traces.enumerated().map { row, y in
                PageTrace(
                    start: (Double(rows.firstColumn) + 0.5) / mean, spacing: 1 / mean,
                    y: y.map { $0 / Float(mean) }, row: row)
            }
            words = rows.words.map { Self.word($0, scale: mean) }
            hasTooManyRows = rows.hasTooManyRows
            pulses = rows.pulses.map { Self.pulse($0.pulse, row: $0.row, scale: mean) }
        }
        var reasons: [PageReason] = []
        if traces.isEmpty { reasons.append(hasTooManyRows ? .tracesMerge : .noPageFound) }
        if mean < 2.2 { reasons.append(.tooSmall) }
        return ReadPage(
            kind: .raster, width: surface.size.width, height: surface.size.height, grid: grid, traces: traces,
            words: words, pulses: pulses, mapping: mapping, reasons: reasons)
    }

    private func withoutGrid(_ ink: PageInk) -> ReadPage {
        // The proportions tell paper sizes apart: A4 is 297 mm wide, US letter 279 mm.
        let aspect = Double(ink.width) / Double(ink.height)
        var scale = Double(ink.width) / (abs(aspect - 1.414) < 0.02 ? 297 : 279.4)
        var rows = PageRows(ink, pixelsPerMillimeterX: scale, pixelsPerMillimeterY: scale)
        let heights = rows.pulses.map { Double($0.pulse.bottom - $0.pulse.top) / scale }.sorted()
        if heights.count >= 2 {
            // The pulses are 10 mm high in nearly all pages.
            let correction = heights[heights.count / 2] / 10
            if abs(correction - 1) > 0.01, abs(correction - 1) < 0.1 {
                scale *= correction
                rows = PageRows(ink, pixelsPerMillimeterX: scale, pixelsPerMillimeterY: scale)
            }
        }
        let traces = rows.traces.enumerated().map { row, y in
            PageTrace(
                start: (Double(rows.firstColumn) + 0.5) / scale, spacing: 1 / scale, y: y.map { $0 / Float(scale) },
                row: row)
        }
        return ReadPage(
            kind: .raster, width: Double(ink.width) / scale, height: Double(ink.height) / scale,
            grid: PageGrid(
                pixelsPerMillimeterX: scale, pixelsPerMillimeterY: scale, rotationDegrees: 0, source: .assumed),
            traces: traces, words: rows.words.map { Self.word($0, scale: scale) },
            pulses: rows.pulses.map { Self.pulse($0.pulse, row: $0.row, scale: scale) },
            mapping: PageMapping(pixelsPerMillimeterX: scale, pixelsPerMillimeterY: scale), reasons: [.noGrid])
    }

    private static func word(_ word: WordReader.Word, scale: Double) -> PageWord {
        PageWord(
            text: word.text, left: Double(word.left) / scale, top: Double(word.top) / scale,
            right: Double(word.right) / scale, bottom: Double(word.bottom) / scale, confidence: word.confidence)
    }

    private static func pulse(_ pulse: PulseFinder.Pulse, row: Int, scale: Double) -> CalibrationPulse {
        CalibrationPulse(
            left: (Double(pulse.left) + 0.5) / scale, right: (Double(pulse.right) + 0.5) / scale,
            top: Double(pulse.top) / scale, bottom: Double(pulse.bottom) / scale, row: row)
    }
}
