/// Finds calibration pulses at the ends of a trace and takes them out of it.
///
/// A pulse is flat on top, has vertical edges of the same height and stands at the beginning or the end of a row. Usual
/// heights are 5, 10 and 20 mm. Half a pulse at the edge of a cut page has a height only.
struct PulseFinder {
    /// Columns and y in pixels along the middle of the pen.
    struct Pulse: Equatable {
        var left: Float
        var right: Float
        var top: Float
        var bottom: Float
        /// Whether both edges are on the page.
        var isWhole = true
    }

    let pixelsPerMillimeterX: Float
    let pixelsPerMillimeterY: Float

    /// A pulse is within this many mm of the trace's end.
    private static let reach: Float = 22
    private static let usualHeights: [Float] = [5, 10, 20]

    /// Returns the pulses; their columns in `trace` become NaN.
    func take(from trace: inout [Float]) -> [Pulse] {
        guard let first = trace.firstIndex(where: \.isFinite), let last = trace.lastIndex(where: \.isFinite) else {
            return []
        }
        var pulses: [Pulse] = []
        let columns = Int(Self.reach * pixelsPerMillimeterX)
        if let found = pulse(trace, in: first ..< min(last + 1, first + columns), first: first, last: last) {
            pulses.append(found.pulse)
            for x in first ..< min(last + 1, foot(trace, from: found.end, step: 1)) { trace[x] = .nan }
        }
        if let begin = trace.firstIndex(where: \.isFinite),
            let found = pulse(trace, in: max(begin, last - columns) ..< last + 1, first: begin, last: last)
        {
            pulses.append(found.pulse)
            for x in max(first, foot(trace, from: found.begin, step: -1)) ..< last + 1 { trace[x] = .nan }
        }
        return pulses
    }

    /// Returns the end of the flat foot next to an edge: where the line ends or bends, at most 1.2 mm away.
    private func foot(_ trace: [Float], from: Int, step: Int) -> Int {
        let least = Int(0.4 * pixelsPerMillimeterX)
        var x = from + step * least
        let level = trace.indices.contains(x) ? trace[x] : .nan
        for _ in 0 ..< Int(0.8 * pixelsPerMillimeterX) {
            guard trace.indices.contains(x), abs(trace[x] - level) < 0.1 * pixelsPerMillimeterY else { break }
            x += step
        }
        return x
    }

    private func pulse(
        _ trace: [Float], in range: Range<Int>, first: Int, last: Int
    ) -> (begin: Int, end: Int, pulse: Pulse)? {
        let flat = 0.25 * pixelsPerMillimeterY
        var start = range.lowerBound
        while start < range.upperBound {
            guard trace[start].isFinite else {
                start += 1
                continue
            }
            // The longest flat piece from here.
            var (least, most) = (trace[start], trace[start])
            var end = start + 1
            while end < range.upperBound, trace[end].isFinite,
                max(most, trace[end]) - min(least, trace[end]) <= flat
            {
                least = min(least, trace[end])
                most = max(most, trace[end])
                end += 1
            }
            let width = Float(end - start) / pixelsPerMillimeterX
            if width >= 1.5, width <= 12 {
                let top = (least + most) / 2
                let rise = level(trace, from: start, step: -1, limit: first).map { ($0 - top) / pixelsPerMillimeterY }
                let fall = level(trace, from: end - 1, step: 1, limit: last).map { ($0 - top) / pixelsPerMillimeterY }
                if let rise, let fall, abs(rise - fall) < 1.2, usual((rise + fall) / 2) != nil {
                    let left = edge(trace, from: start, step: -1, level: top + rise * pixelsPerMillimeterY / 2)
                    let right = edge(trace, from: end - 1, step: 1, level: top + fall * pixelsPerMillimeterY / 2)
                    let bottom = top + (rise + fall) / 2 * pixelsPerMillimeterY
                    return (
                        Int(left), Int(right.rounded(.up)), Pulse(left: left, right: right, top: top, bottom: bottom)
                    )
                }
                let beginsCut = start - first < Int(0.7 * pixelsPerMillimeterX) && width < 6
                if beginsCut, let fall, usual(fall) != nil {
                    let right = edge(trace, from: end - 1, step: 1, level: top + fall * pixelsPerMillimeterY / 2)
                    let half = Pulse(
                        left: Float(start), right: right, top: top, bottom: top + fall * pixelsPerMillimeterY,
                        isWhole: false)
                    return (start, Int(right) + 1, half)
                }
                let endsCut = last - end < Int(0.7 * pixelsPerMillimeterX) && width < 6
                if endsCut, let rise, usual(rise) != nil {
                    let left = edge(trace, from: start, step: -1, level: top + rise * pixelsPerMillimeterY / 2)
                    let half = Pulse(
                        left: left, right: Float(end - 1), top: top, bottom: top + rise * pixelsPerMillimeterY,
                        isWhole: false)
                    return (Int(left), end, half)
                }
            }
            start = max(start + 1, end)
        }
        return nil
    }

    /// Returns the level beyond a steep edge: within 1.6 mm of the flat piece the trace is at least 2 mm lower.
    private func level(_ trace: [Float], from: Int, step: Int, limit: Int) -> Float? {
        var values: [Float] = []
        var x = from
        for _ in 0 ..< Int(max(4, 1.6 * pixelsPerMillimeterX)) {
            x += step
            guard step < 0 ? x >= limit : x <= limit else { break }
            if trace[x].isFinite, trace[x] > trace[from] + 2 * pixelsPerMillimeterY { values.append(trace[x]) }
        }
        guard !values.isEmpty else { return nil }
        values.sort()
        return values[values.count * 3 / 4]
    }

    private func usual(_ height: Float) -> Float? {
        Self.usualHeights.first { abs(height - $0) < 0.08 * $0 + 0.25 }
    }

    /// Returns the column where the trace passes a level, going away from a flat piece.
    private func edge(_ trace: [Float], from: Int, step: Int, level: Float) -> Float {
        var x = from
        while x + step >= 0, x + step < trace.count, !trace[x + step].isFinite || trace[x + step] < level { x += step }
        guard x + step >= 0, x + step < trace.count, trace[x].isFinite else { return Float(x) }
        let part = (level - trace[x]) / (trace[x + step] - trace[x])
        return Float(x) + Float(step) * max(0, min(1, part))
    }
}
