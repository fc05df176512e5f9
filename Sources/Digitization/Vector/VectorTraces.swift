/// The traces and calibration pulses of a vector page, in mm.
struct VectorTraces {
    typealias Point = VectorDrawing.Point

    /// A part of a lead's line, from left to right.
    struct Piece {
        var points: [Point]

        var left: Double { points[0].x }
        var right: Double { points[points.count - 1].x }
        var middle: Double { points.map(\.y).sorted()[points.count / 2] }
    }

    private(set) var pieces: [Piece] = []
    private(set) var pulses: [CalibrationPulse] = []

    /// - Parameters:
    ///   - lines: open lines in mm of the upright page.
    ///   - gridPens: lines of these pens are no traces.
    init(_ lines: [(line: VectorDrawing.Line, pen: VectorGrid.Pen)], gridPens: Set<VectorGrid.Pen>) {
        let joined = Self.joined(lines.filter { !gridPens.contains($0.pen) && $0.line.stroke != nil })
        // The pen of the traces has the longest total extent of lines that look like signals.
        var extents: [VectorGrid.Pen: Double] = [:]
        for (points, pen) in joined where Self.isSignal(points) { extents[pen, default: 0] += Self.extent(points) }
        guard let longest = extents.values.max() else { return }
        let pens = Set(extents.keys.filter { extents[$0]! > 0.25 * longest })
        for (points, pen) in joined where pens.contains(pen) { add(points) }
    }

    /// Lines that continue each other with the same pen as one line. Some programs draw every sample as a line.
    static func joined(_ lines: [(line: VectorDrawing.Line, pen: VectorGrid.Pen)]) -> [([Point], VectorGrid.Pen)] {
        var result: [([Point], VectorGrid.Pen)] = []
        var current: ([Point], VectorGrid.Pen)?
        for (line, pen) in lines where !line.isClosed {
            if let last = current?.0.last, current?.1 == pen, abs(last.x - line.points[0].x) < 0.005,
                abs(last.y - line.points[0].y) < 0.005
            {
                current!.0.append(contentsOf: line.points.dropFirst())
            } else {
                if let current { result.append(current) }
                current = (line.points, pen)
            }
        }
        if let current { result.append(current) }
        return result
    }

    private static func extent(_ points: [Point]) -> Double { abs(points[points.count - 1].x - points[0].x) }

    /// A line of many points that goes steadily to the right (or left) for at least 8 mm.
    private static func isSignal(_ points: [Point]) -> Bool {
        guard points.count >= 20 else { return false }
        var length = 0.0
        for index in 1 ..< points.count { length += abs(points[index].x - points[index - 1].x) }
        return extent(points) >= 8 && extent(points) > 0.97 * length
    }

    private mutating func add(_ points: [Point]) {
        var points = points[points.count - 1].x < points[0].x ? points.reversed() : points
        var cuts: [Range<Int>] = []
        var index = 0
        while index + 3 < points.count {
            if let pulse = Self.pulse(points, at: index) {
                pulses.append(pulse)
                // The level before and after a pulse belongs to it.
                let start = index > 0 && Self.isLevel(points[index - 1], points[index]) ? index - 1 : index
                let end =
                    index + 4 < points.count && Self.isLevel(points[index + 3], points[index + 4])
                    ? index + 4 : index + 3
                cuts.append(start ..< end)
                index += 3
            } else {
                index += 1
            }
        }
        var start = 0
        var parts: [[Point]] = []
        for cut in cuts {
            if cut.lowerBound > start { parts.append(Array(points[start ... cut.lowerBound])) }
            start = cut.upperBound
        }
        if start < points.count { parts.append(Array(points[start...])) }
        points = []
        for part in parts {
            let isFlat = part.count <= 3 && Self.extent(part) >= 20
            guard part.count > 1, Self.isSignal(part) || isFlat else { continue }
            pieces.append(Piece(points: Self.singleValued(part)))
        }
    }

    private static func isLevel(_ start: Point, _ end: Point) -> Bool {
        abs(end.y - start.y) < 0.05 && abs(end.x - start.x) > 0.1
    }

    /// The pulse that begins at a point: a steep edge, a level top, and a steep edge back.
    private static func pulse(_ points: [Point], at index: Int) -> CalibrationPulse? {
        let (a, b, c, d) = (points[index], points[index + 1], points[index + 2], points[index + 3])
        let height = a.y - b.y
        guard abs(height) >= 2.2, abs(height) <= 45, abs(b.x - a.x) <= 1.2, abs(d.x - c.x) <= 1.2,
            abs(c.y - b.y) < 0.02 * abs(height), abs(d.y - a.y) < 0.02 * abs(height), (1.8 ... 14).contains(c.x - b.x)
        else { return nil }
        return CalibrationPulse(
            left: (a.x + b.x) / 2, right: (c.x + d.x) / 2, top: min(a.y, b.y), bottom: max(a.y, b.y), row: 0)
    }

    /// Points with strictly growing x. Of points above each other the one that stands out is kept, else their middle.
    static func singleValued(_ points: [Point]) -> [Point] {
        var result: [Point] = []
        var index = 0
        while index < points.count {
            let x = points[index].x
            var end = index + 1
            while end < points.count, points[end].x < x + 1e-4 { end += 1 }
            let group = points[index ..< end]
            var point = group[index]
            if group.count > 1 {
                let first = points[index].y
                let last = points[end - 1].y
                let (low, high) = (group.map(\.y).min()!, group.map(\.y).max()!)
                let above = min(first, last) - low
                let below = high - max(first, last)
                point.y = above > below ? low : below > above ? high : (first + last) / 2
                if above <= 1e-9, below <= 1e-9 { point.y = (first + last) / 2 }
            }
            if point.x > (result.last?.x ?? -.infinity) { result.append(point) }
            index = end
        }
        return result
    }
}
