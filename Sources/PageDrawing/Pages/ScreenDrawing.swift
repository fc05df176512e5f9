import Files
import Foundation
import Signals

/// A recording on millimeter paper as an SVG for web pages: each lead is a group whose attributes tell its scale.
///
/// `x = data-x + (t - data-from-s) · data-mm-per-s` and `y = data-y - mV · data-mm-per-mv`, both in millimeters.
package struct ScreenDrawing {
    /// A beat with its waves.
    package struct Beat: Sendable {
        let seconds: Double
        let code: String
        let waves: BeatWaves

        package init(seconds: Double, code: String, waves: BeatWaves) {
            (self.seconds, self.code, self.waves) = (seconds, code, waves)
        }
    }

    private let recording: Recording
    private let arrangement: PageArrangement
    private let style: PageStyle
    private let beats: [Beat]

    /// Twelve leads of at most 12 s are drawn on one page, other recordings of this length with a row per lead. Longer
    /// ones are drawn as `PageDrawing(of:marks:)` draws them.
    ///
    /// - Parameters:
    ///   - layout: the layout of twelve leads, one of `DrawingLayout.names`; others are drawn as 3x4+1.
    ///   - findings: their episodes after the first minute of a long recording are drawn too.
    /// - Throws: `PageDrawingError.noLeads`.
    package init(
        of recording: Recording, layout: String? = nil, beats: [Beat] = [], findings: [PageMarks.Finding] = []
    ) throws {
        guard !recording.leads.isEmpty, recording.sampleCount > 0 else { throw PageDrawingError.noLeads }
        self.recording = recording
        self.beats = beats
        var style = PageStyle()
        (style.calibration, style.hasFooter) = (.right, false)
        self.style = style
        let hasAll = DrawingLayout.leadOrder(isCabrera: false).allSatisfy { recording.lead(named: $0) != nil }
        let isShort = recording.duration <= 12
        if hasAll, isShort {
            let known = layout.flatMap { try? DrawingLayout($0) }
            let table = try known?.table == nil ? DrawingLayout("3x4+1") : known!
            arrangement = try PageArrangement(
                table, of: recording, style: style, from: 0,
                seconds: recording.duration < 9.8 ? recording.duration : nil)
        } else if isShort {
            let leads = Array(recording.leads.prefix(PageArrangement.rowLimit / 2))
            let starts = recording.duration > 10.2 && leads.count * 2 <= PageArrangement.rowLimit ? [0.0, 10.0] : [0.0]
            arrangement = try PageArrangement(strips: leads, starts: starts, until: recording.duration, style: style)
        } else {
            var marks = PageMarks()
            (marks.duration, marks.findings) = (recording.duration, findings)
            let leads = PageDrawing.analysisLeads(of: recording)
            let rows = PageDrawing.rows(of: recording, marks, leads: leads.count)
            arrangement = try PageArrangement(
                strips: leads, starts: rows.first + rows.later, until: recording.duration, style: style,
                rowHeight: PageDrawing.analysisRowHeight)
        }
    }

    /// Millimeters around the grid.
    private static let margin = 3.5

    /// Returns the drawing.
    ///
    /// - Parameters:
    ///   - title: a few words that name the drawing.
    ///   - description: the text that screen readers speak.
    package func svg(title: String, description: String) -> Data {
        let shift = SIMD2(0, Self.margin - arrangement.grid.origin.y)
        let size = SIMD2(arrangement.size.x, arrangement.grid.size.y + 2 * Self.margin)
        var out = VectorText()
        out.add("<svg xmlns=\"http://www.w3.org/2000/svg\"")
        out.attribute("width", size.x, unit: "mm")
        out.attribute("height", size.y, unit: "mm")
        out.add(" viewBox=\"0 0 ")
        out.add(size.x)
        out.add(" ")
        out.add(size.y)
        out.add("\" role=\"img\" aria-labelledby=\"ecg-title ecg-desc\" fill=\"none\" stroke-linejoin=\"round\"")
        out.add(" font-family=\"sans-serif\">\n<title id=\"ecg-title\">\(HTMLText.escape(title))</title>\n")
        out.add("<desc id=\"ecg-desc\">\(HTMLText.escape(description))</desc>\n")
        addPaper(size: size, shift: shift, to: &out)
        let hasStrips = arrangement.panels.contains(where: \.isStrip)
        let named = arrangement.panels.first { $0.isStrip || !hasStrips }?.lead
        for panel in arrangement.panels {
            add(panel, shift: shift, hasClasses: panel.lead == named && panel.isStrip == hasStrips, to: &out)
        }
        out.add("</svg>\n")
        return Data(out.bytes)
    }

    private func addPaper(size: SIMD2<Double>, shift: SIMD2<Double>, to out: inout VectorText) {
        let box = PaperBox(
            x: arrangement.grid.origin.x, y: Self.margin, width: arrangement.grid.size.x,
            height: arrangement.grid.size.y)
        let (minor, major) = style.gridColors
        out.add("<defs>")
        for (name, step, color, width) in [("small", 1.0, minor, 0.1), ("large", 5.0, major, 0.18)] {
            out.add("<pattern id=\"ecg-\(name)\" patternUnits=\"userSpaceOnUse\"")
            out.attribute("x", box.origin.x)
            out.attribute("y", box.origin.y)
            out.attribute("width", step)
            out.attribute("height", step)
            out.add("><path class=\"\(name)\" stroke=\"\(color.hex)\"")
            out.attribute("stroke-width", width)
            out.add(" d=\"M0 0H")
            out.add(step)
            out.add("M0 0V")
            out.add(step)
            out.add("\"/></pattern>")
        }
        out.add("</defs>\n")
        out.rectangle("paper", PaperBox(x: 0, y: 0, width: size.x, height: size.y), fill: "#ffffff")
        out.rectangle("grid", box, fill: "url(#ecg-small)")
        out.rectangle("grid", box, fill: "url(#ecg-large)")
        for shape in PageShapes(style: style, arrangement: arrangement).marks {
            out.add("<path class=\"pulse\" stroke=\"\(style.ink.hex)\"")
            out.attribute("stroke-width", style.lineWidth)
            out.add(" d=\"")
            for line in shape.lines { out.line(line.map { $0 + shift }) }
            out.add("\"/>\n")
        }
    }

    private func add(_ panel: PagePanel, shift: SIMD2<Double>, hasClasses: Bool, to out: inout VectorText) {
        let offset = PageDrawing.level(of: recording.lead(named: panel.lead)!)
        let origin = panel.origin + shift
        let sign = panel.isInverted ? -1.0 : 1.0
        let end = min(panel.window.upperBound, recording.duration)
        guard end > panel.window.lowerBound else { return }
        out.add("<g class=\"lead\" data-lead=\"\(HTMLText.escape(panel.lead))\"")
        out.add(panel.isStrip ? " data-strip=\"true\"" : "")
        out.attribute("data-from-s", panel.window.lowerBound)
        out.attribute("data-to-s", end)
        out.attribute("data-x", origin.x)
        out.attribute("data-y", origin.y + sign * offset * panel.gain)
        out.attribute("data-mm-per-s", style.speed)
        out.attribute("data-mm-per-mv", sign * panel.gain)
        out.attribute("data-rate", recording.samplingRate)
        out.attribute("data-top", panel.box.origin.y + shift.y)
        out.attribute("data-height", panel.box.size.y)
        out.add(">\n")
        addMarks(panel, shift: shift, end: end, hasClasses: hasClasses, to: &out)
        out.add("<text class=\"name\" font-size=\"3.6\" fill=\"\(style.ink.hex)\"")
        out.attribute("x", panel.box.origin.x + 1.5)
        out.attribute("y", panel.box.origin.y + shift.y + 4.6)
        out.add(">\(HTMLText.escape(panel.label))</text>\n")
        out.add("<path class=\"trace\" stroke=\"\(style.ink.hex)\"")
        out.attribute("stroke-width", style.lineWidth)
        out.add(" d=\"")
        let trace = PageDrawing.trace(of: recording, panel, offset: offset, speed: style.speed)
        for line in PageDrawing.lines(trace) { out.line(line.map { $0 + shift }) }
        out.add("\"/>\n</g>\n")
    }

    private func addMarks(
        _ panel: PagePanel, shift: SIMD2<Double>, end: Double, hasClasses: Bool, to out: inout VectorText
    ) {
        let top = panel.box.origin.y + shift.y
        let bottom = top + panel.box.size.y
        let place = { (seconds: Double) in panel.origin.x + (seconds - panel.window.lowerBound) * style.speed }
        func isShown(_ seconds: Double) -> Bool { seconds >= panel.window.lowerBound && seconds < end }
        for beat in beats {
            let waves: [(String, String, WaveTimes?)] = [
                ("p", "#dbe8ff", beat.waves.p), ("qrs", "#ffe6cc", beat.waves.qrs), ("t", "#d9f2de", beat.waves.t),
            ]
            for case (let name, let color, let wave?) in waves where isShown(wave.onset) || isShown(wave.end) {
                let from = max(wave.onset, panel.window.lowerBound)
                let to = min(wave.end, end)
                out.add("<path class=\"\(name)\" fill=\"\(color)\" fill-opacity=\"0.8\"")
                out.add(" data-from-s=\"\(Self.time(wave.onset))\" data-to-s=\"\(Self.time(wave.end))\" d=\"")
                let corners = [SIMD2(place(from), top + 1), SIMD2(place(to), top + 1)]
                out.line(corners + corners.reversed().map { SIMD2($0.x, bottom - 1) })
                out.add("Z\"/>\n")
            }
            guard isShown(beat.seconds) else { continue }
            let color = beat.code == "N" ? "#aa5a0a" : beat.code == "V" ? "#be0000" : "#5a288c"
            out.add("<line class=\"beat\" data-s=\"\(Self.time(beat.seconds))\" data-class=\"\(beat.code)\"")
            out.attribute("x1", place(beat.seconds))
            out.attribute("x2", place(beat.seconds))
            out.attribute("y1", bottom - 2.5)
            out.attribute("y2", bottom - 0.5)
            out.add(" stroke=\"\(color)\" stroke-width=\"0.4\"/>\n")
            guard hasClasses else { continue }
            out.add("<text class=\"beat-class\" font-size=\"2.8\" fill=\"\(color)\"")
            out.attribute("x", place(beat.seconds) + 0.7)
            out.attribute("y", bottom - 0.7)
            out.add(">\(beat.code)</text>\n")
        }
    }

    /// The time as `analyze --json` has it.
    private static func time(_ seconds: Double) -> String { "\((seconds * 1e4).rounded() / 1e4)" }
}

extension VectorText {
    fileprivate mutating func attribute(_ name: String, _ value: Double, unit: String = "") {
        add(" \(name)=\"")
        add(value)
        add(unit + "\"")
    }

    fileprivate mutating func rectangle(_ name: String, _ box: PaperBox, fill: String) {
        add("<rect class=\"\(name)\" fill=\"\(fill)\"")
        attribute("x", box.origin.x)
        attribute("y", box.origin.y)
        attribute("width", box.size.x)
        attribute("height", box.size.y)
        add("/>\n")
    }

    fileprivate mutating func line(_ points: [SIMD2<Double>]) { DrawingShape.add(points, to: &self) }
}
