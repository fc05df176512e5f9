/// Assigns runs of ink to the rows of a page.
///
/// Each row takes the path of least cost through the runs: gaps between runs of neighboring columns, jumps and distance
/// from the row's level cost. Rows are tracked again in turn, and a run that other rows use costs more, until all traces
/// that run side by side have their own ink.
struct TraceTracking {
    /// For each row and column the index of its run, or −1.
    private(set) var paths: [[Int32]]
    /// For each run the number of rows that use it.
    private(set) var users: [UInt8]

    private let ink: InkRuns
    private let rows: RowFinder
    private let scale: Float
    private let prefersLevels: Bool
    private let candidates: [Int32]
    private let start: [Int32]

    /// Costs in units of a 1/3 mm gap; from the prototype of this method, kept.
    private enum Cost {
        static let gap: Float = 3
        /// A lead begins where the one before it does not end.
        static let longestGap: Float = 3
        static let jump: Float = 0.05
        static let level: Float = 0.02
        static let shared: Float = 0.3
        /// In steep parts rows often share ink.
        static let sharedSteep: Float = 0.1
        static let skip: Float = 0.5
        /// After a steep part, distance from the level before it, for each mm.
        static let change: Float = 0.2
        /// A larger change costs no more; otherwise it would be cheaper to skip ink.
        static let largestChange: Float = 1.25
        /// Thickness of a flat part in mm.
        static let flat: Float = 0.8
        /// Farther from the level than this, in mm, distance costs no more: peaks are tall.
        static let reach: Float = 10
        /// Ink farther from the level than this, in mm, belongs to another row.
        static let farthest: Float = 60
        static let far: Float = 2
    }

    /// - Parameter prefersLevels: whether a trace that leaves a steep part at another level costs more, and shared ink
    ///   in steep parts costs less.
    init(_ ink: InkRuns, rows: RowFinder, pixelsPerMillimeter: Double, prefersLevels: Bool = false) {
        self.ink = ink
        self.prefersLevels = prefersLevels
        self.rows = rows
        scale = Float(pixelsPerMillimeter)
        users = [UInt8](repeating: 0, count: ink.runs.count)
        var candidates: [Int32] = []
        var start: [Int32] = [0]
        for x in 0 ..< ink.width {
            for index in ink.start[x] ..< ink.start[x + 1]
            where rows.cost[Int(ink.runs[Int(index)].component)].isFinite {
                candidates.append(index)
            }
            start.append(Int32(candidates.count))
        }
        self.candidates = candidates
        self.start = start
        paths = rows.levels.map { _ in [] }
        for row in paths.indices { take(row) }
        for _ in 0 ..< 2 where paths.count > 1 {
            for row in paths.indices {
                for index in paths[row] where index >= 0 { users[Int(index)] -= 1 }
                take(row)
            }
        }
        let owners = owners()
        for row in paths.indices { fillGaps(row, owners: owners) }
    }

    /// Returns for each component the rows that use it.
    private func owners() -> [Set<Int>] {
        var result = [Set<Int>](repeating: [], count: ink.components.count)
        for (row, path) in paths.enumerated() {
            for index in path where index >= 0 { result[Int(ink.runs[Int(index)].component)].insert(row) }
        }
        return result
    }

    /// Gives the gaps of a row the ink that no row uses: QRS complexes that do not touch the trace.
    ///
    /// On small and pale pictures, the pen leaves no ink between the line and a steep stroke.
    private mutating func fillGaps(_ row: Int, owners: [Set<Int>]) {
        var last: Int?
        for x in rows.columns where paths[row][x] >= 0 {
            if let last, x > last + 1, Float(x - last) < Gap.widest * scale {
                let taken = strokes(between: last, and: x, row: row, owners: owners)
                for (column, index) in taken {
                    paths[row][column] = index
                    users[Int(index)] += 1
                }
            }
            last = x
        }
    }

    private enum Gap {
        /// Width of a gap, height of a complex and distance from the trace, in mm.
        static let widest: Float = 3
        static let least: Float = 1.5
        static let distance: Float = 1.5
    }

    /// Returns the tallest unused run of each column of a gap, if together they can be a QRS complex.
    private func strokes(
        between left: Int, and right: Int, row: Int, owners: [Set<Int>]
    ) -> [(column: Int, index: Int32)] {
        let sides = [left, right].map { ink.runs[Int(paths[row][$0])] }
        let (upper, lower) = (sides.map(\.top).min()!, sides.map(\.bottom).max()!)
        let found = (left + 1 ..< right).compactMap { x -> (column: Int, index: Int32)? in
            candidates[Int(start[x]) ..< Int(start[x + 1])]
                .filter { index in
                    let run = ink.runs[Int(index)]
                    // Ink that other rows use can be theirs.
                    return users[Int(index)] == 0 && owners[Int(run.component)].isSubset(of: [row])
                        && run.top < lower + Gap.distance * scale
                        && run.bottom > upper - Gap.distance * scale
                }
                .max { ink.runs[Int($0)].thickness < ink.runs[Int($1)].thickness }
                .map { (x, $0) }
        }
        let tops = found.map { ink.runs[Int($0.index)].top }
        let bottoms = found.map { ink.runs[Int($0.index)].bottom }
        guard let top = tops.min(), let bottom = bottoms.max(), bottom - top > Gap.least * scale else { return [] }
        // Letters and separators stand away from the ends of a trace.
        let near = max(2, Int(0.3 * scale))
        guard found[0].column <= left + near, found.last!.column >= right - near,
            found.count * 5 >= (right - left - 1) * 3
        else { return [] }
        // A separator crosses the trace and has the same ends in all its columns.
        let isCrossing = top < upper - scale && bottom > lower + scale
        let isEven = tops.max()! - top < 0.2 * (bottom - top) && bottom - bottoms.min()! < 0.2 * (bottom - top)
        return isCrossing && isEven ? [] : found
    }

    private mutating func take(_ row: Int) {
        paths[row] = path(row)
        for index in paths[row] where index >= 0 { users[Int(index)] += 1 }
    }

    /// A place of a path in one column.
    private struct State {
        var top: Float
        var bottom: Float
        var cost: Float
        /// Middle of the last flat part; NaN before the first.
        var level = Float.nan
        var isFlat = false
    }

    /// Returns the path of least cost of a row (Viterbi). The last state of a column is "no ink here".
    private func path(_ row: Int) -> [Int32] {
        let columns = rows.columns
        var result = [Int32](repeating: -1, count: ink.width)
        var previous: [State] = []
        var back: [[Int16]] = []
        back.reserveCapacity(columns.count)
        for x in columns {
            let first = Int(start[x])
            let count = Int(start[x + 1]) - first
            let level = rows.level(row, column: x)
            var states: [State] = []
            states.reserveCapacity(count + 1)
            var from = [Int16](repeating: -1, count: count + 1)
            for index in 0 ..< count {
                let id = Int(candidates[first + index])
                let run = ink.runs[id]
                let distance = max(0, max(run.top - level, level - run.bottom)) / scale
                let isFlat = run.thickness < Cost.flat * scale
                // Strokes of a thin pen touch at pixels that the pen hardly covers.
                let (top, bottom) = (Float(run.first), Float(run.last + 1))
                let local =
                    rows.cost[Int(run.component)] + Cost.level * min(distance, Cost.reach)
                    + (distance > Cost.farthest ? Cost.far : 0)
                    + (users[id] > 0 ? isFlat || !prefersLevels ? Cost.shared : Cost.sharedSteep : 0)
                var best = Float.infinity
                if previous.isEmpty {
                    best = 0.03 * distance
                } else {
                    for (state, before) in previous.enumerated() {
                        let gap = max(0, max(top - before.bottom, before.top - bottom))
                        let jump = abs(run.middle - (before.top + before.bottom) / 2)
                        var cost =
                            before.cost + min(Cost.longestGap, Cost.gap * gap / scale) + Cost.jump * jump / scale
                        if prefersLevels, isFlat, !before.isFlat, before.level.isFinite {
                            cost += Cost.change * min(Cost.largestChange, abs(run.middle - before.level) / scale)
                        }
                        if cost < best {
                            best = cost
                            from[index] = Int16(state)
                        }
                    }
                }
                let known = from[index] < 0 ? Float.nan : previous[Int(from[index])].level
                states.append(
                    State(
                        top: top, bottom: bottom, cost: best + local, level: isFlat ? run.middle : known,
                        isFlat: isFlat))
            }
            if previous.isEmpty {
                states.append(State(top: level, bottom: level, cost: Cost.skip))
            } else {
                let best = previous.indices.min { previous[$0].cost < previous[$1].cost }!
                from[count] = Int16(best)
                var state = previous[best]
                state.cost += Cost.skip
                states.append(state)
            }
            back.append(from)
            previous = states
        }
        guard var state = previous.indices.min(by: { previous[$0].cost < previous[$1].cost }) else { return result }
        for x in columns.reversed() {
            let first = Int(start[x])
            let count = Int(start[x + 1]) - first
            if state < count { result[x] = candidates[first + state] }
            let before = back[x - columns.lowerBound][state]
            if before < 0 { break }
            state = Int(before)
        }
        return result
    }

    /// Returns the edges of a row's ink in a column.
    ///
    /// Where rows share a run, a row reaches at most to the levels of the rows next to it that share it.
    ///
    /// - Precondition: the row has a run in this column.
    func ends(row: Int, column: Int) -> (upper: Float, lower: Float) {
        let index = paths[row][column]
        let run = ink.runs[Int(index)]
        guard users[Int(index)] > 1 else { return (run.top, run.bottom) }
        var (upper, lower) = (run.top, run.bottom)
        if let above = (0 ..< row).last(where: { paths[$0][column] == index }) {
            upper = max(upper, min(rows.level(above, column: column), rows.level(row, column: column)))
        }
        if let below = (row + 1 ..< max(row + 1, paths.count)).first(where: { paths[$0][column] == index }) {
            lower = min(lower, max(rows.level(below, column: column), rows.level(row, column: column)))
        }
        return upper < lower ? (upper, lower) : (run.top, run.bottom)
    }
}
