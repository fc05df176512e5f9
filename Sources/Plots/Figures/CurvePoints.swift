/// The points of a curve in order.
struct CurvePoints: Sendable {
    var x: [Double] = []
    var y: [Double] = []

    /// - Precondition: `x` and `y` have the same length.
    init(x: [Double], y: [Double]) {
        precondition(x.count == y.count, "\(x.count) x and \(y.count) y")
        self.x = x
        self.y = y
    }

    /// Returns the points that differ in a unit square drawn 2000 pixels wide, without those inside a horizontal or
    /// vertical run. A curve of 100,000 samples is reduced to a few hundred points.
    func thinned() -> CurvePoints {
        var kept = CurvePoints(x: [], y: [])
        var cells: [(x: Double, y: Double)] = []
        for (x, y) in zip(x, y) {
            let cell = (x: (x * 2000).rounded(), y: (y * 2000).rounded())
            if let last = cells.last, last == cell { continue }
            if cells.count >= 2 {
                let (before, last) = (cells[cells.count - 2], cells[cells.count - 1])
                let goesOn =
                    (before.x == last.x && last.x == cell.x && (last.y - before.y) * (cell.y - last.y) > 0)
                    || (before.y == last.y && last.y == cell.y && (last.x - before.x) * (cell.x - last.x) > 0)
                if goesOn {
                    cells.removeLast()
                    kept.x.removeLast()
                    kept.y.removeLast()
                }
            }
            cells.append(cell)
            kept.x.append(x)
            kept.y.append(y)
        }
        // The last point may have been dropped, but the curve must end in it.
        if kept.x.count > 1, let x = x.last, let y = y.last {
            kept.x[kept.x.count - 1] = x
            kept.y[kept.y.count - 1] = y
        }
        return kept
    }

    /// The points as rows of a block.
    var rows: [[Double]] { zip(x, y).map { [$0, $1] } }

    mutating func append(x: Double, y: Double) {
        self.x.append(x)
        self.y.append(y)
    }
}
