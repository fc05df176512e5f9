/// The coverage of each pixel by a pen, from 0 to 1.
///
/// A pixel's coverage is the length of pen in a one-pixel stretch across the line, centered on the pixel. That is exact
/// for lines along the axes and a reasonable filter for others. Joins and ends are round. Where strokes overlap, the
/// larger coverage counts, so that many short segments are as dark as one long line.
struct StrokeCoverage: Sendable, Equatable {
    let width: Int
    let height: Int
    /// height × width, row-major.
    private(set) var values: [Float]

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        values = [Float](repeating: 0, count: width * height)
    }

    /// Draws a line through `points`; a single point gives a dot.
    mutating func stroke(_ points: [Point], lineWidth: Double) {
        guard let first = points.first else { return }
        values.withUnsafeMutableBufferPointer { values in
            let pen = Pen(width: width, height: height, radius: Float(lineWidth / 2), values: values)
            if points.count == 1 { pen.segment(from: first, to: first) }
            for index in 1 ..< max(points.count, 1) { pen.segment(from: points[index - 1], to: points[index]) }
        }
    }
}

/// A pen that draws on one page's coverage.
private struct Pen {
    let width: Int
    let height: Int
    let radius: Float
    let values: UnsafeMutableBufferPointer<Float>

    func segment(from start: Point, to end: Point) {
        guard let (start, end) = clipped(start, end) else { return }
        let reach = Double(radius) + 0.5
        let rows = pixels(min(start.y, end.y) - reach, max(start.y, end.y) + reach, below: height)
        let x = Float(start.x)
        let y = Float(start.y)
        let dx = Float(end.x) - x
        let dy = Float(end.y) - y
        let length = dx * dx + dy * dy
        let inverse: Float = length > 0 ? 1 / length : 0
        for row in rows {
            // Only the part of the segment within reach of this row can cover its pixels.
            let columns = self.columns(of: row, from: start, to: end, reach: reach)
            let across = Float(row) + 0.5 - y
            for column in columns {
                let along = Float(column) + 0.5 - x
                let share = min(max((along * dx + across * dy) * inverse, 0), 1)
                let offX = along - share * dx
                let offY = across - share * dy
                let squared = offX * offX + offY * offY
                guard squared < (radius + 0.5) * (radius + 0.5) else { continue }
                let distance = squared.squareRoot()
                let covered = min(distance + 0.5, radius) - max(distance - 0.5, -radius)
                let place = row * width + column
                if covered > values[place] { values[place] = min(covered, 1) }
            }
        }
    }

    private func columns(of row: Int, from start: Point, to end: Point, reach: Double) -> Range<Int> {
        var left = min(start.x, end.x)
        var right = max(start.x, end.x)
        let rise = end.y - start.y
        if abs(rise) > 1 {
            // A bit more than the reach, because the closest point of a slanted line lies above or below the pixel.
            let slope = (end.x - start.x) / rise
            let atTop = start.x + (Double(row) - reach - start.y) * slope
            let atBottom = start.x + (Double(row) + 1 + reach - start.y) * slope
            left = max(left, min(atTop, atBottom))
            right = min(right, max(atTop, atBottom))
        }
        return pixels(left - reach, right + reach, below: width)
    }

    private func pixels(_ from: Double, _ to: Double, below bound: Int) -> Range<Int> {
        let first = max(Int((from - 0.5).rounded(.up)), 0)
        let last = min(Int((to - 0.5).rounded(.down)), bound - 1)
        return first <= last ? first ..< last + 1 : 0 ..< 0
    }

    /// Returns the part of the segment that can touch the page, so that points far away do not overflow.
    private func clipped(_ start: Point, _ end: Point) -> (Point, Point)? {
        let margin = Double(radius) + 1
        var from = 0.0
        var to = 1.0
        let dx = end.x - start.x
        let dy = end.y - start.y
        func cut(_ origin: Double, _ step: Double, _ low: Double, _ high: Double) {
            if step == 0 {
                if origin < low || origin > high { to = -1 }
                return
            }
            let first = (low - origin) / step
            let second = (high - origin) / step
            from = max(from, min(first, second))
            to = min(to, max(first, second))
        }
        cut(start.x, dx, -margin, Double(width) + margin)
        cut(start.y, dy, -margin, Double(height) + margin)
        guard from <= to else { return nil }
        return (
            Point(x: start.x + from * dx, y: start.y + from * dy), Point(x: start.x + to * dx, y: start.y + to * dy)
        )
    }
}
