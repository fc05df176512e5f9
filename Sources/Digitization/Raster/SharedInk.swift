/// Divides runs of ink between the rows that share them.
///
/// An edge of a row's ink moves steadily. From the columns before and after a shared part, each edge is followed into it
/// as far as its slope and a usual acceleration let it reach. The row that reaches highest takes the top of the run, the
/// one that reaches lowest the bottom, and ink between rows goes to the one that moves toward it faster.
struct SharedInk {
    /// Edges of each row in each column, in pixels; NaN without ink.
    private(set) var upper: [[Float]]
    private(set) var lower: [[Float]]

    /// Growth of a slope into a shared part.
    private static let growth: Float = 1.5
    /// mm for each square mm: the start of a QRS complex of 10 mm within 1 mm.
    private static let acceleration: Float = 10

    private let columns: Range<Int>
    private let scale: Float

    init(_ ink: InkRuns, tracking: TraceTracking, columns: Range<Int>, pixelsPerMillimeter: Double) {
        self.columns = columns
        scale = Float(pixelsPerMillimeter)
        let paths = tracking.paths
        upper = paths.map { _ in [Float](repeating: .nan, count: columns.count) }
        lower = upper
        var isShared = paths.map { _ in [Bool](repeating: false, count: columns.count) }
        for (row, path) in paths.enumerated() {
            for (index, x) in columns.enumerated() where path[x] >= 0 {
                isShared[row][index] = tracking.users[Int(path[x])] > 1
                guard !isShared[row][index] else { continue }
                upper[row][index] = ink.runs[Int(path[x])].top
                lower[row][index] = ink.runs[Int(path[x])].bottom
            }
        }
        var tops = upper
        var bottoms = lower
        for row in paths.indices {
            var start = 0
            while let first = isShared[row][start...].firstIndex(of: true) {
                let end = isShared[row][first...].firstIndex(of: false) ?? columns.count
                for index in first ..< end {
                    tops[row][index] = reach(upper[row], part: first ..< end, index: index, sign: -1)
                    bottoms[row][index] = reach(lower[row], part: first ..< end, index: index, sign: 1)
                }
                start = end
            }
        }
        for (index, x) in columns.enumerated() {
            var done: Set<Int32> = []
            for row in paths.indices where isShared[row][index] && done.insert(paths[row][x]).inserted {
                let rows = paths.indices.filter { paths[$0][x] == paths[row][x] }
                divide(ink.runs[Int(paths[row][x])], rows: rows, index: index, tops: tops, bottoms: bottoms)
            }
        }
    }

    /// Returns the farthest place that an edge can reach in a shared part, infinite without columns next to it.
    ///
    /// - Parameter sign: 1 for the lower edge, which reaches downward; −1 for the upper one.
    private func reach(_ edge: [Float], part: Range<Int>, index: Int, sign: Float) -> Float {
        func from(_ last: Int, _ before: Int, _ distance: Int) -> Float {
            guard edge.indices.contains(last), edge[last].isFinite else { return .infinity }
            let slope = edge.indices.contains(before) && edge[before].isFinite ? edge[last] - edge[before] : 0
            let steps = Float(distance)
            return sign * edge[last]
                + max(Self.growth * max(0, sign * slope) * steps, Self.acceleration * steps * steps / scale)
        }
        return sign
            * min(
                from(part.lowerBound - 1, part.lowerBound - 2, index - part.lowerBound + 1),
                from(part.upperBound, part.upperBound + 1, part.upperBound - index))
    }

    /// Gives each of the rows, sorted from top to bottom, its part of a run.
    private mutating func divide(_ run: InkRun, rows: [Int], index: Int, tops: [[Float]], bottoms: [[Float]]) {
        var parts = rows.map { row -> (row: Int, top: Float, bottom: Float) in
            let top = min(run.bottom, max(run.top, tops[row][index]))
            let bottom = max(run.top, min(run.bottom, bottoms[row][index]))
            return top <= bottom ? (row, top, bottom) : (row, bottom, top)
        }
        let highest = parts.indices.min { parts[$0].top < parts[$1].top }!
        parts[highest].top = run.top
        let lowest = parts.indices.reversed().max { parts[$0].bottom < parts[$1].bottom }!
        parts[lowest].bottom = run.bottom
        parts.sort { $0.top < $1.top }
        var covered = 0
        for next in parts.indices.dropFirst() {
            let gap = parts[next].top - parts[covered].bottom
            if gap > 0 {
                let down = bottoms[parts[covered].row][index]
                let up = tops[parts[next].row][index]
                if down.isFinite, up.isFinite, down - parts[covered].top > parts[next].bottom - up {
                    parts[covered].bottom += gap
                } else {
                    parts[next].top -= gap
                }
            }
            if parts[next].bottom > parts[covered].bottom { covered = next }
        }
        for part in parts {
            upper[part.row][index] = part.top
            lower[part.row][index] = part.bottom
        }
    }
}
