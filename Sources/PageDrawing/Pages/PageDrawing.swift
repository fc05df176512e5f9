import Imaging
import Signals

/// A recording on millimeter paper, as vectors in true scale.
///
/// ```swift
/// let drawing = try PageDrawing(of: recording, layout: DrawingLayout("3x4+1"))
/// try AtomicFile.write(drawing.svg(), to: "page.svg")
/// let truth = drawing.truth(dpi: 200)
/// ```
package struct PageDrawing: Sendable {
    package let recording: Recording
    package let style: PageStyle
    package let layoutName: String
    /// Width and height of the paper in millimeters.
    package let size: SIMD2<Double>
    package let panels: [PagePanel]
    /// From back to front.
    let shapes: [DrawingShape]
    let calibrations: [PaperBox]
    /// Millivolts that are subtracted from each panel's samples.
    let offsets: [Double]
    /// Samples and places of each panel's trace; the place is nil where the sample is NaN.
    let traces: [[SIMD2<Double>?]]

    /// Draws a recording.
    ///
    /// Twelve-lead layouts show `250 mm / speed` seconds; each column continues where the one before ends. Strips show
    /// one row of 10 s (at 25 mm/s) after the other.
    ///
    /// - Parameters:
    ///   - leads: the leads of the layout `strip`; nil for II, or the first lead if there is no II. Other layouts ignore
    ///     them.
    ///   - start: seconds from the beginning of the recording.
    ///   - seconds: the length of the drawing; nil for all that fits, or for one row of strips.
    /// - Throws: `PageDrawingError`.
    package init(
        of recording: Recording, layout: DrawingLayout, style: PageStyle = PageStyle(), leads: [String]? = nil,
        from start: Double = 0, seconds: Double? = nil
    ) throws {
        let arrangement: PageArrangement
        if layout.table == nil {
            guard start < recording.duration else {
                throw PageDrawingError.emptyWindow(from: start, duration: recording.duration)
            }
            let row = PageArrangement.traceWidth / style.speed
            let end = min(start + (seconds ?? row), recording.duration)
            // A remainder below 1 ms gets no row.
            let rows = max(Int(((end - start) / row - 1e-4).rounded(.up)), 1)
            arrangement = try PageArrangement(
                strips: try Self.chosen(leads, of: recording),
                starts: (0 ..< rows).map { start + Double($0) * row }, until: end, style: style)
        } else {
            arrangement = try PageArrangement(layout, of: recording, style: style, from: start, seconds: seconds)
        }
        self.init(of: recording, arrangement, layoutName: layout.description, style: style, marks: .none)
    }

    init(
        of recording: Recording, _ arrangement: PageArrangement, layoutName: String, style: PageStyle,
        marks: PageMarks
    ) {
        self.recording = recording
        self.style = style
        self.layoutName = layoutName
        size = arrangement.size
        panels = arrangement.panels
        let levels = Dictionary(
            arrangement.panels.map { ($0.lead, Self.level(of: recording.lead(named: $0.lead)!)) },
            uniquingKeysWith: { first, _ in first })
        offsets = panels.map { levels[$0.lead]! }
        traces = zip(panels, offsets).map { Self.trace(of: recording, $0, offset: $1, speed: style.speed) }
        let paper = PageShapes(style: style, arrangement: arrangement)
        calibrations = paper.calibrations
        shapes =
            [.rectangle(PaperBox(x: 0, y: 0, width: size.x, height: size.y), color: .white)]
            + marks.background(panels: panels, speed: style.speed) + paper.grid + paper.marks
            + zip(panels, traces).map { panel, trace in
                .lines(Self.lines(trace), width: style.lineWidth, color: style.ink, title: panel.label)
            }
            + paper.texts + marks.foreground(panels: panels, arrangement: arrangement, speed: style.speed)
    }

    private static func chosen(_ names: [String]?, of recording: Recording) throws -> [Recording.Lead] {
        guard let first = recording.leads.first else { throw PageDrawingError.noLeads }
        guard let names else { return [recording.lead(named: "II") ?? first] }
        return try names.map { name in
            guard let lead = recording.lead(named: name) else {
                throw PageDrawingError.unknownLead(name, found: recording.leads.map(\.name))
            }
            return lead
        }
    }

    /// Returns the level of a lead that recorders without a high-pass filter keep: its median, where that is more than
    /// 0.5 mV from 0.
    static func level(of lead: Recording.Lead) -> Double {
        // Every n-th sample is enough for a median.
        let all = lead.samples
        let step = max(all.count / 20_000, 1)
        let samples = stride(from: 0, to: all.count, by: step).map { all[$0] }.filter(\.isFinite)
        guard !samples.isEmpty else { return 0 }
        let median = Double(samples.sorted()[samples.count / 2])
        return abs(median) > 0.5 ? median : 0
    }

    /// Millimeters beyond which traces are cut; far outside any paper.
    private static let heightLimit = 10_000.0

    static func trace(
        of recording: Recording, _ panel: PagePanel, offset: Double, speed: Double
    ) -> [SIMD2<Double>?] {
        let samples = recording.lead(named: panel.lead)!.samples
        let range = PagePanel.samples(of: panel.window, in: recording)
        let sign = panel.isInverted ? -1.0 : 1.0
        return range.map { index in
            let value = Double(samples[index])
            guard value.isFinite else { return nil }
            let time = Double(index) / recording.samplingRate - panel.window.lowerBound
            let height = sign * (value - offset) * panel.gain
            return panel.origin + SIMD2(time * speed, -min(max(height, -heightLimit), heightLimit))
        }
    }

    /// Returns one line for each stretch without missing samples.
    ///
    /// Where samples are denser than 50 per millimeter, only the first, the lowest, the highest and the last of each
    /// fiftieth of a millimeter are kept: a tenth of a pen's width shows no more.
    static func lines(_ trace: [SIMD2<Double>?]) -> [[SIMD2<Double>]] {
        stretches(trace).map { line in
            guard let first = line.first, let last = line.last, Double(line.count) > 50 * (last.x - first.x) + 4 else {
                return line
            }
            var kept: [SIMD2<Double>] = []
            var start = 0
            while start < line.count {
                let bin = (line[start].x * 50).rounded(.down)
                var (end, low, high) = (start, start, start)
                while end < line.count, (line[end].x * 50).rounded(.down) == bin {
                    if line[end].y < line[low].y { low = end }
                    if line[end].y > line[high].y { high = end }
                    end += 1
                }
                for index in Set([start, low, high, end - 1]).sorted() { kept.append(line[index]) }
                start = end
            }
            return kept
        }
    }

    private static func stretches(_ trace: [SIMD2<Double>?]) -> [[SIMD2<Double>]] {
        var lines: [[SIMD2<Double>]] = []
        var line: [SIMD2<Double>] = []
        for point in trace {
            if let point {
                line.append(point)
            } else if !line.isEmpty {
                lines.append(line)
                line = []
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }
}

extension PagePanel {
    /// The samples of a recording whose times lie in a window of seconds.
    static func samples(of window: Range<Double>, in recording: Recording) -> Range<Int> {
        // A time that is a sample's time up to rounding counts as that time.
        let first = max(Int((window.lowerBound * recording.samplingRate - 1e-6).rounded(.up)), 0)
        let end = min(Int((window.upperBound * recording.samplingRate - 1e-6).rounded(.up)), recording.sampleCount)
        return first < end ? first ..< end : first ..< first
    }
}
