/// The traces and calibration pulses of a straight page, in pixels.
struct PageRows {
    /// The first column of all traces.
    private(set) var firstColumn = 0
    /// y of the middle of the pen in each column, in pixels; NaN where there is no ink. Rows from top to bottom.
    private(set) var traces: [[Float]] = []
    /// The pulses with their row; columns of the page.
    private(set) var pulses: [(row: Int, pulse: PulseFinder.Pulse)] = []
    /// The printed words, in pixels of the page.
    private(set) var words: [WordReader.Word] = []
    /// Strokes of ink that no trace covers, outside of pulses.
    private(set) var unread: [UnreadInk.Stroke] = []
    /// Whether more lines run side by side than a page has rows: the grid is as dark as the pen.
    private(set) var hasTooManyRows = false
    /// Twelve leads and up to three rhythm strips.
    private static let mostRows = 15
    /// The median of each trace.
    private(set) var middles: [Double] = []

    /// - Parameters:
    ///   - dividesSharedInk: whether ink that rows share is divided by slope, and not at the rows' levels.
    ///   - hasThinPen: whether the pen can be thinner than a pixel.
    init(
        _ page: PageInk, pixelsPerMillimeterX: Double, pixelsPerMillimeterY: Double, dividesSharedInk: Bool = false,
        hasThinPen: Bool = false
    ) {
        let scale = (pixelsPerMillimeterX * pixelsPerMillimeterY).squareRoot()
        var page = page
        page.eraseFrame(reach: max(3, Int(1.5 * scale)))
        let runs = InkRuns(page, hasThinPen: hasThinPen)
        let finder = RowFinder(runs, pixelsPerMillimeter: scale)
        guard !finder.levels.isEmpty, finder.levels.count <= Self.mostRows else {
            hasTooManyRows = !finder.levels.isEmpty
            return
        }
        let tracking = TraceTracking(
            runs, rows: finder, pixelsPerMillimeter: scale, prefersLevels: dividesSharedInk)
        firstColumn = finder.columns.lowerBound
        let pulseFinder = PulseFinder(
            pixelsPerMillimeterX: Float(pixelsPerMillimeterX), pixelsPerMillimeterY: Float(pixelsPerMillimeterY))
        let divided =
            dividesSharedInk
            ? SharedInk(runs, tracking: tracking, columns: finder.columns, pixelsPerMillimeter: scale) : nil
        var widest: Float = 0
        for (row, path) in tracking.paths.enumerated() {
            var upper = divided?.upper[row] ?? [Float](repeating: .nan, count: finder.columns.count)
            var lower = divided?.lower[row] ?? upper
            if divided == nil {
                for (index, x) in finder.columns.enumerated() where path[x] >= 0 {
                    (upper[index], lower[index]) = tracking.ends(row: row, column: x)
                }
            }
            let pen = PenWidth(thickness: zip(upper, lower).map { $1 - $0 })
            widest = max(widest, pen.radius)
            Self.eraseBars(&upper, &lower, scale: Float(scale), pen: 2 * pen.radius)
            var trace = pen.middle(upper: upper, lower: lower, neighborhood: max(3, Int(1.5 * scale)))
            for pulse in pulseFinder.take(from: &trace) {
                var pulse = pulse
                pulse.left += Float(firstColumn)
                pulse.right += Float(firstColumn)
                // A pulse that reaches into another row is cut there, and its height says nothing.
                let isCut = [pulse.left, pulse.right].contains { edge in
                    (Int(edge) - 1 ... Int(edge) + 1).contains { x in
                        path.indices.contains(x) && path[x] >= 0 && tracking.users[Int(path[x])] > 1
                    }
                }
                if !isCut { pulses.append((traces.count, pulse)) }
            }
            // The rest of a half pulse, whose top was not read, would look like a beat.
            if let end = finder.endOfCutPulses, !pulses.contains(where: { $0.row == traces.count }) {
                for column in 0 ..< max(0, min(trace.count, end - firstColumn + 2)) { trace[column] = .nan }
            }
            let known = trace.filter(\.isFinite).sorted()
            guard !known.isEmpty else { continue }
            traces.append(trace)
            middles.append(Double(known[known.count / 2]))
        }
        removeEdges(scale: scale)
        words = WordReader.words(page, runs: runs, pixelsPerMillimeter: scale)
        let ink = UnreadInk(
            runs, traces: traces, firstColumn: firstColumn, radius: widest, cost: finder.cost, scale: Float(scale))
        unread = ink.strokes.filter { stroke in
            let reach = Int(scale)
            func isIn(_ left: Int, _ right: Int) -> Bool { stroke.right > left - reach && stroke.left < right + reach }
            return !pulses.contains { isIn(Int($0.pulse.left), Int($0.pulse.right)) }
                && !words.contains { isIn($0.left, $0.right) && stroke.bottom > $0.top && stroke.top < $0.bottom }
        }
    }

    /// Removes a first or last row that is a straight line away from the others: the edge of the paper.
    private mutating func removeEdges(scale: Double) {
        for _ in 0 ..< 2 where traces.count > 2 {
            let gaps = zip(middles, middles.dropFirst()).map { $1 - $0 }
            let usual = gaps.sorted()[gaps.count / 2]
            for (row, gap) in [(traces.count - 1, gaps[gaps.count - 1]), (0, gaps[0])] {
                let known = traces[row].filter(\.isFinite).sorted()
                let spread = Double(known[known.count * 19 / 20] - known[known.count / 20]) / scale
                guard spread < 0.8, abs(gap - usual) > 0.25 * usual, !pulses.contains(where: { $0.row == row }) else {
                    continue
                }
                traces.remove(at: row)
                middles.remove(at: row)
                if row == 0 { pulses = pulses.map { ($0.row - 1, $0.pulse) } }
                break
            }
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
            let width = Float(end - start)
            let isTall = lower[start] - upper[start] > 35 * scale
            if isTall
                || width > max(2.5, 1.3 * pen) && width < 2 * scale
                    && !isStroke(upper, lower, bar: start ..< end, scale: scale, pen: pen)
            {
                for x in max(0, start - 1) ..< min(upper.count, end + 1) {
                    upper[x] = .nan
                    lower[x] = .nan
                }
            }
            start = end
        }
    }

    /// Whether a bar is a stroke of the trace itself, and not a separator that crosses it.
    private static func isStroke(
        _ upper: [Float], _ lower: [Float], bar: Range<Int>, scale: Float, pen: Float
    ) -> Bool {
        let (top, bottom) = (upper[bar.lowerBound], lower[bar.lowerBound])
        let sides = [bar.lowerBound - 1, bar.upperBound].filter { upper.indices.contains($0) && upper[$0].isFinite }
        let middles = sides.map { (upper[$0] + lower[$0]) / 2 }
        let parts = sides.map { (lower[$0] - upper[$0]) / (bottom - top) }
        switch sides.count {
        case 2:
            // At the edge of a calibration pulse, the line goes on at the other end of the bar.
            if abs(middles[0] - middles[1]) > 0.5 * (bottom - top) { return true }
            // A QRS complex begins at the line, or its ink is tall on both sides.
            let isCrossed = sides.contains { upper[$0] > top + scale && lower[$0] < bottom - scale }
            return !isCrossed || parts.allSatisfy { $0 >= Self.thinPart }
        case 1:
            // The first or last stroke of a trace: the line goes on at its end, or a QRS complex at a part of it.
            let isAtEnd = min(abs(upper[sides[0]] - top), abs(lower[sides[0]] - bottom)) < pen
            // A separator and a trace that begins at it are wider than the pen together.
            return parts[0] < Self.thinPart ? isAtEnd && Float(bar.count) < pen + 2 : parts[0] < 0.8
        default: return false
        }
    }

    /// Part of a bar that the ink of a line next to it covers at most.
    private static let thinPart: Float = 0.35
}
