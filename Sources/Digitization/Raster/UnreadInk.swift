/// Finds strokes of ink that belong to no trace that was read.
///
/// The steep strokes of QRS complexes are thin and pale, and tracking can lose them. The traces, drawn back with the pen's
/// width, leave such strokes uncovered.
struct UnreadInk {
    /// A stroke in pixels of the page.
    struct Stroke: Equatable {
        var left: Int
        var right: Int
        var top: Int
        var bottom: Int
    }

    private(set) var strokes: [Stroke] = []

    /// Height of a stroke, of its part in a column, and its largest width, in mm.
    private static let least: Float = 3
    private static let leastPart: Float = 1.2
    private static let widest: Float = 4
    /// mm beyond the ink of a trace that count as covered.
    private static let margin: Float = 0.5
    /// Letters are smaller; narrower ink can be a stroke.
    private static let letterHeight: Float = 6.5
    private static let letterWidth: Float = 1.3

    /// - Parameters:
    ///   - traces: y of the middle of the pen in each column from `firstColumn` on; NaN without ink.
    ///   - radius: of the pen, in pixels.
    ///   - cost: of each component for a trace, as `RowFinder` gives it; infinite for frames.
    init(_ ink: InkRuns, traces: [[Float]], firstColumn: Int, radius: Float, cost: [Float], scale: Float) {
        var open: [Stroke] = []
        let margin = radius + Self.margin * scale
        let reach = Int(radius.rounded(.up)) + 1
        for index in traces.map(\.count).max().map({ 0 ..< $0 }) ?? 0 ..< 0 {
            let x = firstColumn + index
            guard x < ink.width else { break }
            let covered = traces.compactMap { Self.span($0, at: index, reach: reach) }
                .map { (low: $0.low - margin, high: $0.high + margin) }.sorted { $0.low < $1.low }
            for run in ink.runs[Int(ink.start[x]) ..< Int(ink.start[x + 1])] {
                let component = ink.components[Int(run.component)]
                let isSmall = Float(component.height) < Self.letterHeight * scale
                guard cost[Int(run.component)].isFinite, Float(run.last - run.first) >= Self.leastPart * scale,
                    !isSmall || Float(component.width) < Self.letterWidth * scale
                else { continue }
                for part in Self.uncovered(Float(run.first) ..< Float(run.last + 1), covered)
                where part.upperBound - part.lowerBound >= Self.leastPart * scale {
                    Self.add(part, x: x, to: &open, reach: max(1, Int(0.3 * scale)))
                }
            }
            strokes += open.filter { $0.right < x - Int(scale) }
            open.removeAll { $0.right < x - Int(scale) }
        }
        strokes += open
        strokes = strokes.filter {
            Float($0.bottom - $0.top) >= Self.least * scale && Float($0.right - $0.left) < Self.widest * scale
        }
    }

    /// The least and the largest y of a trace in the columns that the pen reaches from one.
    private static func span(_ trace: [Float], at index: Int, reach: Int) -> (low: Float, high: Float)? {
        let columns = max(0, min(trace.count, index - reach)) ..< min(trace.count, index + reach + 1)
        let values = trace[columns].filter(\.isFinite)
        guard let low = values.min(), let high = values.max() else { return nil }
        return (low, high)
    }

    /// The parts of a range outside of sorted ranges.
    private static func uncovered(_ range: Range<Float>, _ covered: [(low: Float, high: Float)]) -> [Range<Float>] {
        var parts: [Range<Float>] = []
        var start = range.lowerBound
        for (low, high) in covered {
            if low > start { parts.append(start ..< min(low, range.upperBound)) }
            start = max(start, high)
            if start >= range.upperBound { return parts }
        }
        parts.append(start ..< range.upperBound)
        return parts
    }

    /// Joins a part with the stroke that ends next to it.
    private static func add(_ part: Range<Float>, x: Int, to strokes: inout [Stroke], reach: Int) {
        let (top, bottom) = (Int(part.lowerBound), Int(part.upperBound))
        if let index = strokes.firstIndex(where: {
            x - $0.right <= reach && top <= $0.bottom + reach && bottom >= $0.top - reach
        }) {
            strokes[index].right = x
            strokes[index].top = min(strokes[index].top, top)
            strokes[index].bottom = max(strokes[index].bottom, bottom)
        } else {
            strokes.append(Stroke(left: x, right: x, top: top, bottom: bottom))
        }
    }
}
