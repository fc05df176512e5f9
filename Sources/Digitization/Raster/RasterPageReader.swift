import Foundation
import Imaging

/// Reads the traces of a page that is a picture: a scan, a photo, a screenshot.
///
/// The steps: ink is separated from the grid, the grid gives millimeters and straightens the page, runs of ink are
/// assigned to the rows of the page, and the pen's width is taken off.
package struct RasterPageReader: Sendable {
    /// Whether shading is subtracted and ink that rows share is divided by slope.
    ///
    /// This helps on pages with shadows, and where traces overlap. On other pages it loses details.
    package var isThorough = false
    /// Whether the pen can be thinner than a pixel, or hardly darker than the grid.
    ///
    /// This keeps the steep strokes of QRS complexes on small scans. On other pages it loses details.
    package var hasThinPen = false

    package init() {}

    /// Reads a page that is upright.
    package func read(_ page: Page) -> ReadPage {
        read(page, PageInk(page, subtractsShading: isThorough, keepsPaleInk: hasThinPen))
    }

    /// Reads a page after a turn. The mesh of the result leads to the picture as it was given.
    func read(_ page: Page, turn: PageTurn) -> ReadPage {
        let turned = turn.applied(to: page)
        var result = read(turned)
        turn.undo(&result, width: turned.width, height: turned.height)
        return result
    }

    private func read(_ page: Page, _ ink: PageInk) -> ReadPage {
        guard let surface = GridFinder(ink).find(), PaperSize.agrees(with: surface, page) else {
            return withoutGrid(page, ink)
        }
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
        var unread: [UnreadStroke]
        var hasTooManyRows = false
        if isStraight {
            let rows = PageRows(
                ink, pixelsPerMillimeterX: scale.x, pixelsPerMillimeterY: scale.y, dividesSharedInk: isThorough,
                hasThinPen: hasThinPen)
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
            unread = rows.unread.map { stroke in
                let first = surface.millimeters(x: Double(stroke.left), y: Double(stroke.top))
                let last = surface.millimeters(x: Double(stroke.right + 1), y: Double(stroke.bottom))
                return UnreadStroke(left: first.x, right: last.x, top: first.y, bottom: last.y)
            }
            hasTooManyRows = rows.hasTooManyRows
            pulses = rows.pulses.map { row, pulse in
                let first = surface.millimeters(x: Double(pulse.left) + 0.5, y: Double(pulse.top))
                let last = surface.millimeters(x: Double(pulse.right) + 0.5, y: Double(pulse.bottom))
                return CalibrationPulse(
                    left: first.x, right: last.x, top: first.y, bottom: last.y, row: row, isWhole: pulse.isWhole)
            }
        } else {
            let straight = PageStraightening.straighten(
                ink, mapping: mapping, width: surface.size.width, height: surface.size.height, scale: mean)
            let rows = PageRows(
                straight, pixelsPerMillimeterX: mean, pixelsPerMillimeterY: mean, dividesSharedInk: isThorough,
                hasThinPen: hasThinPen)
            traces = rows.traces.enumerated().map { row, y in
                PageTrace(
                    start: (Double(rows.firstColumn) + 0.5) / mean, spacing: 1 / mean,
                    y: y.map { $0 / Float(mean) }, row: row)
            }
            words = rows.words.map { Self.word($0, scale: mean) }
            unread = rows.unread.map { Self.stroke($0, scale: mean) }
            hasTooManyRows = rows.hasTooManyRows
            pulses = rows.pulses.map { Self.pulse($0.pulse, row: $0.row, scale: mean) }
            if surface.order > 1, PageScale(words: words, pulses: pulses).gainEvidence == .assumed {
                words += Self.wordsBelow(surface, ink, scale: mean)
            }
        }
        var reasons: [PageReason] = []
        if traces.isEmpty { reasons.append(hasTooManyRows ? .tracesMerge : .noPageFound) }
        if mean < 2.2 { reasons.append(.tooSmall) }
        var result = ReadPage(
            kind: .raster, width: surface.size.width, height: surface.size.height, grid: grid, traces: traces,
            words: words, pulses: pulses, mapping: mapping, reasons: reasons)
        result.unread = unread
        return result
    }

    /// Reads the words below the grid of a curled or tilted page, which can give speed and gain.
    private static func wordsBelow(_ surface: GridSurface, _ ink: PageInk, scale: Double) -> [PageWord] {
        let height = surface.size.height
        var margin = PageStraightening.straighten(
            ink, mapping: surface.mapping(), width: surface.size.width, height: height + marginHeight, scale: scale)
        // Letters can begin above the end of the straightened page.
        let first = max(0, Int((height - letterHeight) * scale)) * margin.width
        for index in 0 ..< min(margin.ink.count, first) { margin.ink[index] = 0 }
        let words = WordReader.words(margin, runs: InkRuns(margin), pixelsPerMillimeter: scale)
        return words.map { word($0, scale: scale) }.filter { $0.bottom > height }
    }

    /// mm below the grid in which speed and gain can stand.
    private static let marginHeight = 15.0
    private static let letterHeight = 6.0

    /// Reads a page whose paper or calibration pulses must give the scale.
    private func withoutGrid(_ page: Page, _ ink: PageInk) -> ReadPage {
        let outline = PaperOutline(of: page)
        let paper = PaperSize(outline: outline, page: page)
        let mapping: PageMapping
        var straight = ink
        let scale = paper.pixelsPerMillimeter
        if let outline {
            mapping = outline.mapping(width: paper.width, height: paper.height)
            straight = PageStraightening.straighten(
                ink, mapping: mapping, width: paper.width, height: paper.height, scale: scale)
        } else {
            mapping = PageMapping(pixelsPerMillimeterX: scale, pixelsPerMillimeterY: scale)
        }
        let rows = PageRows(
            straight, pixelsPerMillimeterX: scale, pixelsPerMillimeterY: scale, dividesSharedInk: isThorough,
            hasThinPen: hasThinPen)
        let pulses = rows.pulses.map { Self.pulse($0.pulse, row: $0.row, scale: scale) }
        let lengths = rows.traces.enumerated().compactMap { row, y -> Double? in
            let trace = PageTrace(
                start: (Double(rows.firstColumn) + 0.5) / scale, spacing: 1 / scale, y: y, row: row)
            return PageRow([trace], pulses: pulses.filter { $0.row == row }).map { $0.end - $0.start }
        }
        let estimate = paper.estimate(pulses: pulses, rowLengths: lengths)
        let corrected = scale * estimate.factor
        let traces = rows.traces.enumerated().map { row, y in
            PageTrace(
                start: (Double(rows.firstColumn) + 0.5) / corrected, spacing: 1 / corrected,
                y: y.map { $0 / Float(corrected) }, row: row)
        }
        let middle = mapping.pixel(x: paper.width / 2, y: paper.height / 2)
        let right = mapping.pixel(x: paper.width / 2 + 10, y: paper.height / 2)
        var reasons: [PageReason] = estimate.source == .assumed ? [.noGrid] : []
        if traces.isEmpty { reasons.append(rows.hasTooManyRows ? .tracesMerge : .noPageFound) }
        if corrected < 2.2 { reasons.append(.tooSmall) }
        var result = ReadPage(
            kind: .raster, width: paper.width / estimate.factor, height: paper.height / estimate.factor,
            grid: PageGrid(
                pixelsPerMillimeterX: corrected, pixelsPerMillimeterY: corrected,
                rotationDegrees: atan2(right.y - middle.y, right.x - middle.x) * 180 / .pi, source: estimate.source),
            traces: traces, words: rows.words.map { Self.word($0, scale: corrected) },
            pulses: rows.pulses.map { Self.pulse($0.pulse, row: $0.row, scale: corrected) },
            mapping: PageMapping(
                columns: mapping.columns, rows: mapping.rows, spacingX: mapping.spacingX / estimate.factor,
                spacingY: mapping.spacingY / estimate.factor, nodes: mapping.nodes),
            reasons: reasons)
        result.unread = rows.unread.map { Self.stroke($0, scale: corrected) }
        return result
    }

    private static func word(_ word: WordReader.Word, scale: Double) -> PageWord {
        PageWord(
            text: word.text, left: Double(word.left) / scale, top: Double(word.top) / scale,
            right: Double(word.right) / scale, bottom: Double(word.bottom) / scale, confidence: word.confidence)
    }

    private static func stroke(_ stroke: UnreadInk.Stroke, scale: Double) -> UnreadStroke {
        UnreadStroke(
            left: Double(stroke.left) / scale, right: Double(stroke.right + 1) / scale,
            top: Double(stroke.top) / scale, bottom: Double(stroke.bottom) / scale)
    }

    private static func pulse(_ pulse: PulseFinder.Pulse, row: Int, scale: Double) -> CalibrationPulse {
        CalibrationPulse(
            left: (Double(pulse.left) + 0.5) / scale, right: (Double(pulse.right) + 0.5) / scale,
            top: Double(pulse.top) / scale, bottom: Double(pulse.bottom) / scale, row: row, isWhole: pulse.isWhole)
    }
}
