import Signals

/// Recovers the middle of the pen from the edges of its ink.
///
/// The upper edge of the ink in a column is the highest point of the trace within the pen's width, plus the pen's
/// radius; the lower edge is the lowest point, minus the radius. Eroding and dilating the edges by the pen's width gives
/// the closing and opening of the trace. Both are exact where the trace is monotone over a pen's width; elsewhere the one
/// farther from the local median shows the peak.
struct PenWidth {
    /// Radius of the pen in pixels.
    let radius: Float

    /// Estimates the pen from the thickness of the runs: the flat parts of a trace are as thick as the pen.
    init(thickness: [Float]) {
        let sorted = thickness.filter(\.isFinite).sorted()
        radius = sorted.isEmpty ? 0.5 : max(0.3, sorted[sorted.count / 5] / 2)
    }

    /// Returns the middle of the trace in each column.
    ///
    /// Where runs of neighboring columns do not touch, one lead ends and the next begins: the parts are read separately.
    ///
    /// - Parameters:
    ///   - upper: upper edge of the ink in pixels, growing downward; NaN where there is none.
    ///   - lower: lower edge.
    ///   - neighborhood: half the width of the local median in columns.
    func middle(upper: [Float], lower: [Float], neighborhood: Int) -> [Float] {
        var result = upper
        var start = 0
        var last = -1
        for x in upper.indices where upper[x].isFinite {
            if last >= 0, max(upper[x] - lower[last], upper[last] - lower[x]) > 0.5 {
                let part = start ..< last + 1
                result.replaceSubrange(
                    part,
                    with: continuous(
                        upper: Array(upper[part]), lower: Array(lower[part]), neighborhood: neighborhood))
                start = x
            }
            last = x
        }
        let part = start ..< upper.count
        result.replaceSubrange(
            part,
            with: continuous(upper: Array(upper[part]), lower: Array(lower[part]), neighborhood: neighborhood))
        return result
    }

    private func continuous(upper: [Float], lower: [Float], neighborhood: Int) -> [Float] {
        var (high, low) = (upper, lower)
        Self.interpolate(&high)
        Self.interpolate(&low)
        guard high.allSatisfy(\.isFinite) else { return upper }
        // y grows downward: the highest point is the least y.
        let closing = disk(high, sign: 1)
        let opening = disk(low, sign: -1)
        var result = [Float](repeating: .nan, count: upper.count)
        var middles = [Float](repeating: 0, count: upper.count)
        for x in upper.indices { middles[x] = (closing[x] + opening[x]) / 2 }
        let medians = MovingWindow.median(middles, width: 2 * neighborhood + 1)
        for x in upper.indices where upper[x].isFinite {
            let (top, bottom) = (min(closing[x], opening[x]), max(closing[x], opening[x]))
            if bottom - top < 0.8 {
                result[x] = middles[x]
            } else {
                result[x] = abs(top - medians[x]) > abs(bottom - medians[x]) ? top : bottom
            }
        }
        return result
    }

    /// Fills NaN by straight lines; leading and trailing NaN take the nearest value.
    static func interpolate(_ values: inout [Float]) {
        var last: Int?
        for index in values.indices where values[index].isFinite {
            if let last {
                if index > last + 1 {
                    let slope = (values[index] - values[last]) / Float(index - last)
                    for between in last + 1 ..< index { values[between] = values[last] + slope * Float(between - last) }
                }
            } else {
                for before in 0 ..< index { values[before] = values[index] }
            }
            last = index
        }
        if let last { for after in last + 1 ..< max(last + 1, values.count) { values[after] = values[last] } }
    }

    /// Returns the place of a disk's center that touches an edge from inside, at each column.
    ///
    /// The edge is linear between columns. `sign` is 1 for an upper edge and −1 for a lower one.
    private func disk(_ edge: [Float], sign: Float) -> [Float] {
        let steps = 4
        let reach = Int(radius * Float(steps))
        let heights = (0 ... reach).map { step -> Float in
            let offset = Float(step) / Float(steps)
            return max(0, radius * radius - offset * offset).squareRoot()
        }
        var result = [Float](repeating: 0, count: edge.count)
        for x in edge.indices {
            var best = -Float.infinity
            for step in -reach ... reach {
                let place = max(0, min((edge.count - 1) * steps, x * steps + step))
                let (index, part) = (place / steps, Float(place % steps) / Float(steps))
                let value =
                    part == 0 ? edge[index] : edge[index] + (edge[index + 1] - edge[index]) * part
                best = max(best, sign * value + heights[abs(step)])
            }
            result[x] = sign * best
        }
        return result
    }
}
