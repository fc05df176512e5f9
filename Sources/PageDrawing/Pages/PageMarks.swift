import Signals

/// The results of an analysis, drawn over and under the traces: waves, classes of beats, episodes and findings.
///
/// Every mark has a letter or a number besides its color.
package struct PageMarks: Sendable {
    /// A finding with the parts of the recording that show it.
    package struct Finding: Sendable {
        package var text: String
        package var isUrgent: Bool
        /// Seconds.
        package var episodes: [ClosedRange<Double>]

        package init(text: String, isUrgent: Bool = false, episodes: [ClosedRange<Double>] = []) {
            (self.text, self.isUrgent, self.episodes) = (text, isUrgent, episodes)
        }
    }

    /// Lines about the recording, above the findings.
    package var heading: [String] = []
    /// Length of the recording in seconds.
    package var duration = 0.0
    package var findings: [Finding] = []
    /// Lines below the findings, for example about quality.
    package var notes: [String] = []
    /// Classes of the beats.
    package var classes: [AAMIClass] = []
    /// Waves of the beats over all leads, one element per beat.
    package var waves: [BeatWaves] = []
    /// Line at the right of the footer.
    package var footer = ""

    package init() {}

    static let none = PageMarks()

    /// Millimeters from one line of text to the next.
    static let lineHeight = 5.0

    /// Findings whose episodes leave out a part of the recording, with their numbers.
    var partial: [(number: Int, finding: Finding)] {
        findings.enumerated().map { ($0 + 1, $1) }.filter { _, finding in
            let covered = finding.episodes.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
            return !finding.episodes.isEmpty && covered < 0.95 * duration
        }
    }

    private enum Tint {
        static let p = (light: RGBColor(224, 235, 255), strong: RGBColor(40, 90, 190))
        static let qrs = (light: RGBColor(255, 234, 212), strong: RGBColor(170, 90, 10))
        static let t = (light: RGBColor(222, 244, 225), strong: RGBColor(25, 120, 60))
        static let urgent = RGBColor(190, 0, 0)
        static let episode = RGBColor(90, 40, 140)
        static let text = RGBColor(30, 30, 30)
        static let quiet = RGBColor(90, 90, 90)
    }

    /// Returns light bands at P, QRS and T under the traces.
    func background(panels: [PagePanel], speed: Double) -> [DrawingShape] {
        panels.flatMap { panel in
            waves.flatMap { beat in
                [(beat.p, Tint.p.light), (beat.qrs, Tint.qrs.light), (beat.t, Tint.t.light)].compactMap { wave, color in
                    wave.flatMap { Self.span($0.onset ... $0.end, in: panel, speed: speed) }.map { span in
                        .rectangle(
                            PaperBox(
                                x: span.lowerBound, y: panel.box.origin.y, width: span.upperBound - span.lowerBound,
                                height: panel.box.size.y), color: color)
                    }
                }
            }
        }
    }

    /// Returns the places in millimeters of a part of the recording; nil if the panel shows nothing of it.
    private static func span(_ seconds: ClosedRange<Double>, in panel: PagePanel, speed: Double) -> ClosedRange<Double>?
    {
        let from = max(seconds.lowerBound, panel.window.lowerBound)
        let to = min(seconds.upperBound, panel.window.upperBound)
        guard from < to else { return nil }
        let left = panel.origin.x - panel.window.lowerBound * speed
        return left + from * speed ... left + to * speed
    }

    func foreground(panels: [PagePanel], arrangement: PageArrangement, speed: Double) -> [DrawingShape] {
        guard !heading.isEmpty || !findings.isEmpty else { return [] }
        let strips = panels.filter(\.isStrip)
        // One strip of each group has the letters, so that they do not hide the other leads.
        return texts(arrangement)
            + strips.filter { $0.lead == strips[0].lead }.flatMap {
                names(of: $0, speed: speed) + episodes(in: $0, speed: speed)
            }
    }

    /// Returns lines at the foot of a strip: P, the class of the beat, T.
    private func names(of panel: PagePanel, speed: Double) -> [DrawingShape] {
        let bottom = panel.box.origin.y + panel.box.size.y
        func mark(_ wave: WaveTimes?, _ name: String, width: Double, _ color: RGBColor, height: Double)
            -> [DrawingShape]
        {
            guard let wave, let span = Self.span(wave.onset ... wave.end, in: panel, speed: speed) else { return [] }
            let middle = (span.lowerBound + span.upperBound) / 2 - StrokeFont.width(of: name, height: height) / 2
            return [
                .lines(
                    [[SIMD2(span.lowerBound, bottom - 3.4), SIMD2(span.upperBound, bottom - 3.4)]], width: width,
                    color: color),
                .text(name, at: SIMD2(middle, bottom - 0.7), height: height, color: color),
            ]
        }
        var shapes = [
            DrawingShape.text(
                Self.time(panel.window.lowerBound), at: SIMD2(panel.origin.x - 18, panel.origin.y + 6), height: 2,
                color: Tint.quiet)
        ]
        for (beatClass, waves) in zip(classes, waves) {
            let isUsual = beatClass == .normal
            let color = beatClass == .ventricular ? Tint.urgent : isUsual ? Tint.qrs.strong : Tint.episode
            shapes += mark(waves.p, "P", width: 0.3, Tint.p.strong, height: 1.5)
            shapes += mark(waves.t, "T", width: 0.3, Tint.t.strong, height: 1.5)
            shapes += mark(waves.qrs, beatClass.code, width: isUsual ? 0.6 : 1, color, height: isUsual ? 1.7 : 2.3)
        }
        return shapes
    }

    /// Returns bars with the numbers of findings at the head of a strip.
    private func episodes(in panel: PagePanel, speed: Double) -> [DrawingShape] {
        var lane = 0.0
        return partial.prefix(5).flatMap { number, finding -> [DrawingShape] in
            let spans = finding.episodes.compactMap { Self.span($0, in: panel, speed: speed) }
            guard !spans.isEmpty else { return [] }
            let y = panel.box.origin.y + 2.4 + 2.6 * lane
            lane += 1
            let color = finding.isUrgent ? Tint.urgent : Tint.episode
            return spans.flatMap { span in
                let name = "\(number)"
                let width = StrokeFont.width(of: name, height: 1.9) + 1
                // A short episode still gets a visible bar.
                let end = max(span.upperBound, span.lowerBound + width + 1)
                return [
                    DrawingShape.text(name, at: SIMD2(span.lowerBound, y + 0.95), height: 1.9, color: color),
                    .lines([[SIMD2(span.lowerBound + width, y), SIMD2(end, y)]], width: 0.6, color: color),
                ]
            }
        }
    }

    /// Returns heading, findings, notes and the legend.
    private func texts(_ arrangement: PageArrangement) -> [DrawingShape] {
        let left = arrangement.grid.origin.x + 1
        let width = arrangement.grid.size.x - 2
        var y = 8.0
        var shapes: [DrawingShape] = []
        func add(_ text: String, height: Double, _ color: RGBColor) {
            shapes.append(
                .text(Self.shortened(text, to: width, height: height), at: SIMD2(left, y), height: height, color: color)
            )
            y += Self.lineHeight
        }
        for (index, line) in heading.enumerated() { add(line, height: index == 0 ? 3.1 : 2.4, Tint.text) }
        for (index, finding) in findings.enumerated() {
            add(
                "\(index + 1)  \(finding.isUrgent ? "URGENT: " : "")\(finding.text)", height: 2.4,
                finding.isUrgent ? Tint.urgent : Tint.text)
        }
        for note in notes { add(note, height: 2.1, Tint.quiet) }
        y = arrangement.grid.origin.y + arrangement.grid.size.y + 6
        var x = left + 52
        for (name, tint) in [("P", Tint.p), ("QRS", Tint.qrs), ("T", Tint.t)] {
            shapes.append(.rectangle(PaperBox(x: x, y: y - 3, width: 5, height: 3.6), color: tint.light))
            shapes.append(.text(name, at: SIMD2(x + 6.5, y), height: 2.2, color: tint.strong))
            x += 10 + StrokeFont.width(of: name, height: 2.2)
        }
        shapes.append(
            .text(
                Self.shortened(
                    "Beats: N normal, S supraventricular, V ventricular, F fusion, Q other. " + footer,
                    to: left + width - x - 3, height: 2.1),
                at: SIMD2(x + 3, y), height: 2.1, color: Tint.quiet))
        return shapes
    }

    private static func shortened(_ text: String, to width: Double, height: Double) -> String {
        guard StrokeFont.width(of: text, height: height) > width else { return text }
        var text = text
        while !text.isEmpty, StrokeFont.width(of: text + "…", height: height) > width { text.removeLast() }
        return text + "…"
    }

    /// Returns a time as `12 s` or `3:05 min`.
    static func time(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        guard whole >= 60 else { return "\(whole) s" }
        return "\(whole / 60):\(whole % 60 < 10 ? "0" : "")\(whole % 60) min"
    }
}
