/// The traces and calibration pulses of a straight page, in pixels.
struct PageRows {
    /// The first column of all traces.
    private(set) var firstColumn = 0
    /// y of the middle of the pen in each column, in pixels; NaN where there is no ink. Rows from top to bottom.
    private(set) var traces: [[Float]] = []
    /// The pulses with their row; columns of the page.
    private(set) var pulses: [(row: Int, pulse: PulseFinder.Pulse)] = []
    /// The median of each trace.
    private(set) var middles: [Double] = []

    init(_ page: PageInk, pixelsPerMillimeterX: Double, pixelsPerMillimeterY: Double) {
        let scale = (pixelsPerMillimeterX * pixelsPerMillimeterY).squareRoot()
        var page = page
        page.eraseFrame(reach: max(3, Int(1.5 * scale)))
        let runs = InkRuns(page)
        let finder = RowFinder(runs, pixelsPerMillimeter: scale)
        guard !finder.levels.isEmpty else { return }
        let tracking = TraceTracking(runs, rows: finder, pixelsPerMillimeter: scale)
        firstColumn = finder.columns.lowerBound
        let pulseFinder = PulseFinder(
            pixelsPerMillimeterX: Float(pixelsPerMillimeterX), pixelsPerMillimeterY: Float(pixelsPerMillimeterY))
        for path in tracking.paths {
            var upper = [Float](repeating: .nan, count: finder.columns.count)
            var lower = upper
            for (index, x) in finder.columns.enumerated() where path[x] >= 0 {
                upper[index] = runs.runs[Int(path[x])].top
                lower[index] = runs.runs[Int(path[x])].bottom
            }
            let pen = PenWidth(thickness: zip(upper, lower).map { $1 - $0 })
            Self.eraseBars(&upper, &lower, scale: Float(scale), pen: 2 * pen.radius)
            var trace = pen.middle(upper: upper, lower: lower, neighborhood: max(3, Int(1.5 * scale)))
            for pulse in pulseFinder.take(from: &trace) {
                var pulse = pulse
                pulse.left += Float(firstColumn)
                pulse.right += Float(firstColumn)
                pulses.append((traces.count, pulse))
            }
            let known = trace.filter(\.isFinite).sorted()
            guard !known.isEmpty else { continue }
            traces.append(trace)
            middles.append(Double(known[known.count / 2]))
        }
    }

    /// Erases separators that cross the trace: several columns of ink with the same ends, or ink as tall as rows.
    static func eraseBars(_ upper: inout [Float], _ lower: inout [Float], scale: Float, pen: Float) {
        var start = 0
        while start < upper.count {
            guard upper[start].isFinite, lower[start] - upper[start] > 2.2 * scale else {
                start += 1
                continue
            }
            var end = start + 1
            while end < upper.count, abs(upper[end] - upper[start]) < 1, abs(lower[end] - lower[start]) < 1 { end += 1 }
            let isTall = lower[start] - upper[start] > 35 * scale
            if isTall || (Float(end - start) > max(2.5, 1.3 * pen) && Float(end - start) < 2 * scale) {
                for x in max(0, start - 1) ..< min(upper.count, end + 1) {
                    upper[x] = .nan
                    lower[x] = .nan
                }
            }
            start = end
        }
    }
}
