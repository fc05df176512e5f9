import Signals

extension PageDrawing {
    /// Draws a recording with the results of its analysis.
    ///
    /// A recording of twelve leads and at most 12 s is drawn as 3x4+1. Others are drawn as rows of 10 s of at most two
    /// leads: the first minute, and then the beginnings of episodes that are later. A note says which.
    ///
    /// - Throws: `PageDrawingError.noLeads`.
    package init(of recording: Recording, marks: PageMarks) throws {
        guard !recording.leads.isEmpty, recording.sampleCount > 0 else { throw PageDrawingError.noLeads }
        var style = PageStyle()
        (style.calibration, style.hasStripNamesAtLeft) = (.right, true)
        var marks = marks
        marks.duration = recording.duration
        let hasAll = DrawingLayout.leadOrder(isCabrera: false).allSatisfy { recording.lead(named: $0) != nil }
        if hasAll, recording.duration <= 12 {
            let layout = try DrawingLayout("3x4+1")
            let arrangement = try PageArrangement(
                layout, of: recording, style: style, from: 0, seconds: nil, extraTop: marks.extraTop)
            self.init(of: recording, arrangement, layoutName: layout.description, style: style, marks: marks)
            return
        }
        let leads = Self.analysisLeads(of: recording)
        let starts = Self.rows(of: recording, marks, leads: leads.count)
        if recording.duration > starts.end {
            marks.notes.append(
                "Drawn: the first \(PageMarks.time(starts.end)) of \(PageMarks.time(recording.duration))"
                    + (starts.later.isEmpty
                        ? "."
                        : ", then the beginnings of episodes at \(starts.later.map(PageMarks.time).joined(separator: ", ")).")
            )
        }
        let arrangement = try PageArrangement(
            strips: leads, starts: starts.first + starts.later, until: recording.duration, style: style,
            rowHeight: Self.analysisRowHeight, extraTop: marks.extraTop)
        self.init(of: recording, arrangement, layoutName: "strip", style: style, marks: marks)
    }

    /// Millimeters.
    static let analysisRowHeight = 35.0

    /// Returns II and V1 where they exist, else the first two leads.
    static func analysisLeads(of recording: Recording) -> [Recording.Lead] {
        if let two = recording.lead(named: "II"), let chest = recording.lead(named: "V1") { return [two, chest] }
        return Array(recording.leads.prefix(2))
    }

    /// Returns the starts of rows: of the first minute, and of later episodes.
    static func rows(
        of recording: Recording, _ marks: PageMarks, leads: Int
    ) -> (first: [Double], end: Double, later: [Double]) {
        let row = 10.0
        let count = min(max(Int((recording.duration / row - 1e-4).rounded(.up)), 1), leads == 1 ? 6 : 3)
        let end = min(Double(count) * row, recording.duration)
        guard recording.duration > end else { return ((0 ..< count).map { Double($0) * row }, end, []) }
        var later: [Double] = []
        // The first episodes of each finding before the second ones, so that each finding is shown.
        for turn in 0 ..< 3 {
            for (_, finding) in marks.partial {
                let unseen = finding.episodes.filter { $0.lowerBound >= end - 1 }
                guard turn < unseen.count, later.count < PageArrangement.rowLimit / 2 / leads else { continue }
                // Two seconds before the episode show how it begins.
                let start = max(min(unseen[turn].lowerBound - 2, recording.duration - row), end).rounded(.down)
                if !later.contains(where: { abs($0 - start) < row }) { later.append(start) }
            }
        }
        return ((0 ..< count).map { Double($0) * row }, end, later.sorted())
    }
}

extension PageMarks {
    /// Millimeters that the lines of text need besides the usual space for a header.
    var extraTop: Double {
        let needed = 8 + Self.lineHeight * Double(heading.count + findings.count + notes.count)
        return max(5 * ((needed - PageArrangement.top) / 5).rounded(.up), 0)
    }
}
