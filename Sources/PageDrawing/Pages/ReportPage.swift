import Signals

extension PageDrawing {
    /// Draws a report: one A4 page, landscape, with the recording in true scale below the lines of text of `marks`.
    ///
    /// Twelve leads of at most 12 s are drawn in `layout`. Others are drawn in rows of 10 s, as many as fit.
    ///
    /// - Throws: `PageDrawingError.noLeads`.
    package init(reportOf recording: Recording, layout: String?, marks: PageMarks) throws {
        guard !recording.leads.isEmpty, recording.sampleCount > 0 else { throw PageDrawingError.noLeads }
        var style = PageStyle()
        (style.calibration, style.hasStripNamesAtLeft) = (.right, true)
        var marks = marks
        marks.duration = recording.duration
        let lines = marks.heading.count + marks.findings.count + marks.notes.count
        if lines > Self.mostLines {
            // The findings of least importance are last.
            let kept = max(marks.findings.count - (lines - Self.mostLines) - 1, 0)
            let left = marks.findings.count - kept
            marks.findings.removeLast(left)
            marks.notes.insert("\(left) more findings are left out for lack of space: see the result.", at: 0)
        }
        let hasAll = DrawingLayout.leadOrder(isCabrera: false).allSatisfy { recording.lead(named: $0) != nil }
        if hasAll, recording.duration <= 12 {
            let known = layout.flatMap { try? DrawingLayout($0) }
            let table = try known?.table == nil ? DrawingLayout("3x4+1") : known!
            let arrangement = try PageArrangement(
                table, of: recording, style: style, from: 0,
                seconds: recording.duration < 9.8 ? recording.duration : nil, extraTop: marks.extraTop, isSheet: true)
            self.init(of: recording, arrangement, layoutName: table.description, style: style, marks: marks)
            return
        }
        // A line that tells which part is drawn.
        marks.notes.append("")
        let space = PageArrangement.sheetHeight - marks.extraTop
        let rows = max(Int(space / Self.reportRowHeight), 1)
        let isShort = recording.duration <= 12
        let leads = Array((isShort ? recording.leads : Self.analysisLeads(of: recording)).prefix(rows))
        let groups = max(rows / leads.count, 1)
        let count = min(groups, max(Int((recording.duration / 10 - 1e-4).rounded(.up)), 1))
        let shown = min(Double(count) * 10, recording.duration)
        marks.notes[marks.notes.count - 1] =
            "Drawn: \(leads.map(\.name).joined(separator: ", ")), the first \(PageMarks.time(shown))."
        let arrangement = try PageArrangement(
            strips: leads, starts: (0 ..< count).map { Double($0) * 10 }, until: recording.duration, style: style,
            rowHeight: Self.reportRowHeight, extraTop: marks.extraTop, isSheet: true)
        self.init(of: recording, arrangement, layoutName: "strip", style: style, marks: marks)
    }

    /// Lines of text that leave enough space for four rows of 25 mm.
    static let mostLines = 16
    /// Millimeters.
    private static let reportRowHeight = 25.0
}
