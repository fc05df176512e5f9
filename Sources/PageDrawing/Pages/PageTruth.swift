import Foundation

/// The content of a drawn page with its places in the picture: what a reader of the page should find.
///
/// Pixels are counted from the top left corner of the picture; the center of the first pixel is (0.5, 0.5). A
/// quadrilateral has the corners top left, top right, bottom right and bottom left of the paper's content.
package struct PageTruth: Codable, Sendable, Equatable {
    package struct Grid: Codable, Sendable, Equatable {
        package var style: PageStyle.Grid
        package var minorMm: Double
        package var majorMm: Double
        /// Pixels from one thin line to the next, horizontally and vertically, in the middle of the page.
        package var pitchPx: SIMD2<Double>
    }

    package struct Text: Codable, Sendable, Equatable {
        package var text: String
        package var boxPx: [SIMD2<Double>]
    }

    package struct Lead: Codable, Sendable, Equatable {
        /// The printed name.
        package var label: String
        /// The name in the recording.
        package var name: String
        package var isStrip: Bool
        /// Whether the trace is upside down.
        package var isInverted: Bool
        /// From 0, from the top.
        package var row: Int
        /// From 0, from the left.
        package var column: Int
        /// Seconds of the recording.
        package var fromS: Double
        package var toS: Double
        package var mmPerMv: Double
        /// Millivolts of the recording that are drawn at `baselineMm`.
        package var offsetMv: Double
        /// Millimeters from the top of the paper.
        package var baselineMm: Double
        /// Left, top, width and height on the paper.
        package var boxMm: [Double]
        package var boxPx: [SIMD2<Double>]
        /// The printed name's place; nil if it is not printed.
        package var labelPx: [SIMD2<Double>]?
        /// Hz.
        package var samplingRateHz: Double
        /// The recording's sample of the first element of `tracePx`.
        package var firstSample: Int
        /// The place of each sample; nil (`null`) where it is missing.
        package var tracePx: [SIMD2<Double>?]
    }

    package var version = 1
    package var layout: String
    package var cabrera: Bool
    package var mmPerS: Double
    package var mmPerMvLimb: Double
    package var mmPerMvChest: Double
    package var widthPx: Int
    package var heightPx: Int
    /// The resolution of the drawing before a degradation.
    package var dpi: Double
    package var grid: Grid
    /// The paper's corners.
    package var paperPx: [SIMD2<Double>]
    package var leads: [Lead]
    /// The 1 mV pulses.
    package var calibrationPx: [[SIMD2<Double>]]
    /// All texts, lead names included.
    package var texts: [Text]
    package var degradation: PageDegradation?

    /// Returns the truth of a picture in which each place of this one has moved.
    package func moved(width: Int, height: Int, _ move: (SIMD2<Double>) -> SIMD2<Double>) -> PageTruth {
        var truth = self
        (truth.widthPx, truth.heightPx) = (width, height)
        let center = SIMD2(Double(widthPx) / 2, Double(heightPx) / 2)
        func length(_ vector: SIMD2<Double>) -> Double { (vector * vector).sum().squareRoot() }
        truth.grid.pitchPx = SIMD2(
            length(move(center + SIMD2(grid.pitchPx.x, 0)) - move(center)),
            length(move(center + SIMD2(0, grid.pitchPx.y)) - move(center)))
        truth.paperPx = paperPx.map(move)
        truth.calibrationPx = calibrationPx.map { $0.map(move) }
        for index in texts.indices { truth.texts[index].boxPx = texts[index].boxPx.map(move) }
        for index in leads.indices {
            truth.leads[index].boxPx = leads[index].boxPx.map(move)
            truth.leads[index].labelPx = leads[index].labelPx?.map(move)
            truth.leads[index].tracePx = leads[index].tracePx.map { $0.map(move) }
        }
        return truth
    }

    /// Returns the truth as JSON with sorted keys in snake case; places are rounded to a hundredth of a pixel.
    package func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return try encoder.encode(
            moved(width: widthPx, height: heightPx) { ($0 * 100).rounded(.toNearestOrAwayFromZero) / 100 })
    }
}

extension PageTruth {
    /// Reads `json()`.
    package init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(PageTruth.self, from: json)
    }
}

extension PageDrawing {
    /// Returns the places of the drawing's content in a picture of `page(dpi:)`.
    ///
    /// - Throws: `PageDrawingError.tooLarge`.
    package func truth(dpi: Double) throws -> PageTruth {
        let scale = dpi / 25.4
        let (width, height) = try pixelSize(dpi: dpi)
        func pixels(_ box: PaperBox) -> [SIMD2<Double>] { box.corners.map { $0 * scale } }
        let texts = shapes.compactMap(\.text)
        let leads = panels.enumerated().map { index, panel in
            PageTruth.Lead(
                label: panel.label, name: panel.lead, isStrip: panel.isStrip, isInverted: panel.isInverted,
                row: panel.row, column: panel.column, fromS: panel.window.lowerBound, toS: panel.window.upperBound,
                mmPerMv: panel.gain, offsetMv: offsets[index], baselineMm: panel.origin.y,
                boxMm: [panel.box.origin.x, panel.box.origin.y, panel.box.size.x, panel.box.size.y],
                boxPx: pixels(panel.box), labelPx: style.hasLeadNames ? pixels(texts[index].box) : nil,
                samplingRateHz: recording.samplingRate,
                firstSample: PagePanel.samples(of: panel.window, in: recording).lowerBound,
                tracePx: traces[index].map { $0.map { $0 * scale } })
        }
        return PageTruth(
            layout: layoutName, cabrera: style.isCabrera, mmPerS: style.speed, mmPerMvLimb: style.limbGain,
            mmPerMvChest: style.chestGain, widthPx: width, heightPx: height, dpi: dpi,
            grid: PageTruth.Grid(style: style.grid, minorMm: 1, majorMm: 5, pitchPx: SIMD2(scale, scale)),
            paperPx: pixels(PaperBox(x: 0, y: 0, width: size.x, height: size.y)), leads: leads,
            calibrationPx: calibrations.map(pixels),
            texts: texts.map { PageTruth.Text(text: $0.content, boxPx: pixels($0.box)) })
    }
}
