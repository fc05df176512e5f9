/// Draws strokes of any width as coverage, 0…1.
///
/// A pixel's coverage is the length of pen in a one-pixel stretch across the line, centered on the pixel. Where strokes
/// overlap, the larger coverage counts. A stroke narrower than a pixel gets fainter, as in print.
struct StrokePen {
    let width: Int
    let height: Int
    /// height × width, row-major.
    private(set) var coverage: [Float]

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        coverage = [Float](repeating: 0, count: width * height)
    }

    /// - Parameters:
    ///   - points: x, y and radius of each, in pixels of this drawing.
    ///   - lengths: number of points of each stroke.
    ///   - isDrawn: whether the pen draws at a place.
    mutating func draw(_ points: [Float], lengths: [Int32], where isDrawn: (SIMD2<Float>) -> Bool = { _ in true }) {
        precondition(points.count == 3 * lengths.reduce(0) { $0 + Int($1) }, "strokes of other lengths")
        let (width, height) = (width, height)
        coverage.withUnsafeMutableBufferPointer { coverage in
            points.withUnsafeBufferPointer { points in
                var first = 0
                for length in lengths {
                    let last = first + Int(length) - 1
                    for place in first ... max(first, last - 1) {
                        let (a, b) = (3 * place, 3 * min(place + 1, last))
                        let start = SIMD2(points[a], points[a + 1])
                        let end = SIMD2(points[b], points[b + 1])
                        guard isDrawn(0.5 * (start + end)) else { continue }
                        let radius = 0.5 * (points[a + 2] + points[b + 2])
                        Self.segment(start, end, radius, coverage, width, height)
                    }
                    first = last + 1
                }
            }
        }
    }

    private static func segment(
        _ start: SIMD2<Float>, _ end: SIMD2<Float>, _ radius: Float,
        _ coverage: UnsafeMutableBufferPointer<Float>, _ width: Int, _ height: Int
    ) {
        let reach = radius + 0.5
        let reachX = Float(width) + reach + 1
        let reachY = Float(height) + reach + 1
        // Written so that a point that is NaN or far away draws nothing.
        guard abs(start.x) < 4 * reachX, abs(end.x) < 4 * reachX, abs(start.y) < 4 * reachY, abs(end.y) < 4 * reachY
        else { return }
        let left = max(Int((min(start.x, end.x) - reach - 0.5).rounded(.up)), 0)
        let right = min(Int((max(start.x, end.x) + reach - 0.5).rounded(.down)), width - 1)
        let top = max(Int((min(start.y, end.y) - reach - 0.5).rounded(.up)), 0)
        let bottom = min(Int((max(start.y, end.y) + reach - 0.5).rounded(.down)), height - 1)
        guard left <= right, top <= bottom else { return }
        let along = end - start
        let length = along.x * along.x + along.y * along.y
        let inverse = length > 0 ? 1 / length : 0
        for row in top ... bottom {
            let y = Float(row) + 0.5 - start.y
            for column in left ... right {
                let x = Float(column) + 0.5 - start.x
                let share = min(max((x * along.x + y * along.y) * inverse, 0), 1)
                let (dx, dy) = (x - share * along.x, y - share * along.y)
                let squared = dx * dx + dy * dy
                guard squared < reach * reach else { continue }
                let distance = squared.squareRoot()
                let covered = min(distance + 0.5, radius) - max(distance - 0.5, -radius)
                let place = row * width + column
                if covered > coverage[place] { coverage[place] = min(covered, 1) }
            }
        }
    }
}
