/// The traces of a straight page in pixels.
struct PageRows {
    /// The first column of all traces.
    private(set) var firstColumn = 0
    /// y of the middle of the pen in each column, in pixels; NaN where there is no ink. Rows from top to bottom.
    private(set) var traces: [[Float]] = []
    /// The median of each trace.
    private(set) var middles: [Double] = []

    init(_ page: PageInk, pixelsPerMillimeter scale: Double) {
        let runs = InkRuns(page)
        let finder = RowFinder(runs, pixelsPerMillimeter: scale)
        guard !finder.levels.isEmpty else { return }
        let tracking = TraceTracking(runs, rows: finder, pixelsPerMillimeter: scale)
        firstColumn = finder.columns.lowerBound
        for path in tracking.paths {
            var upper = [Float](repeating: .nan, count: finder.columns.count)
            var lower = upper
            for (index, x) in finder.columns.enumerated() where path[x] >= 0 {
                upper[index] = runs.runs[Int(path[x])].top
                lower[index] = runs.runs[Int(path[x])].bottom
            }
            let pen = PenWidth(thickness: zip(upper, lower).map { $1 - $0 })
            let trace = pen.middle(upper: upper, lower: lower, neighborhood: max(3, Int(1.5 * scale)))
            let known = trace.filter(\.isFinite).sorted()
            guard !known.isEmpty else { continue }
            traces.append(trace)
            middles.append(Double(known[known.count / 2]))
        }
    }
}
