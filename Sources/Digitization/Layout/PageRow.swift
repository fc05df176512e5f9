import Foundation

/// The traces of one row of a page, without calibration pulses.
struct PageRow: Sendable {
    /// From left to right.
    var traces: [PageTrace]
    /// y of the row in mm: the median of its traces.
    var level: Double
    /// x of the first and the last point with ink, in mm.
    var start: Double
    var end: Double

    /// nil for traces without ink.
    init?(_ traces: [PageTrace], pulses: [CalibrationPulse]) {
        let clipped = traces.map { trace in
            pulses.reduce(trace) { Self.without($1, $0) }
        }.compactMap(\.trimmed).sorted { $0.start < $1.start }
        guard let first = clipped.first else { return nil }
        let values = clipped.flatMap { $0.y.filter(\.isFinite) }.sorted()
        self.traces = clipped
        level = Double(values[values.count / 2])
        start = first.start
        end = clipped.map(\.end).max()!
    }

    /// A pulse at the left end cuts off the start of a trace, one at the right end the rest, both with their feet.
    private static func without(_ pulse: CalibrationPulse, _ trace: PageTrace) -> PageTrace {
        guard pulse.right > trace.start, pulse.left < trace.end else { return trace }
        let middle = (pulse.left + pulse.right) / 2
        return middle < (trace.start + trace.end) / 2
            ? trace.clipped(from: pulse.right + 0.6, to: .infinity).withoutFoot(fromStart: true)
            : trace.clipped(from: -.infinity, to: pulse.left - 0.6).withoutFoot(fromStart: false)
    }

    /// Returns the rows from the top, without those that are much shorter than the others.
    static func rows(of page: ReadPage) -> [PageRow] {
        let indices = Set(page.traces.map(\.row)).sorted()
        let rows = indices.compactMap { index in
            PageRow(
                page.traces.filter { $0.row == index }, pulses: page.pulses.filter { $0.row == index })
        }
        let longest = rows.map { $0.end - $0.start }.max() ?? 0
        return rows.filter { $0.end - $0.start > max(8, 0.12 * longest) }.sorted { $0.level < $1.level }
    }
}

extension PageTrace {
    /// x of the last point in mm.
    var end: Double { start + Double(max(0, y.count - 1)) * spacing }

    /// The part between two places in mm.
    func clipped(from left: Double, to right: Double) -> PageTrace {
        let first = max(0, min(Double(y.count), ((left - start) / spacing).rounded(.up)))
        let last = max(-1, min(Double(y.count - 1), ((right - start) / spacing).rounded(.down)))
        guard last >= first else { return PageTrace(start: start, spacing: spacing, y: [], row: row) }
        return PageTrace(
            start: start + first * spacing, spacing: spacing, y: Array(y[Int(first) ... Int(last)]), row: row)
    }

    /// Without the foot of a pulse: a piece of at most 3 mm at an end, with a gap of at least 1.5 mm to the trace.
    fileprivate func withoutFoot(fromStart: Bool) -> PageTrace {
        let known = y.indices.filter { y[$0].isFinite }
        let ordered = fromStart ? known : known.reversed()
        guard let first = ordered.first else { return self }
        for (last, next) in zip(ordered, ordered.dropFirst()) {
            if Double(abs(last - first)) * spacing > 3 { break }
            guard Double(abs(next - last)) * spacing > 1.5 else { continue }
            let edge = start + Double(next) * spacing
            return fromStart ? clipped(from: edge, to: .infinity) : clipped(from: -.infinity, to: edge)
        }
        return self
    }

    /// Without the ends that have no ink; nil without any ink.
    var trimmed: PageTrace? {
        guard let first = y.firstIndex(where: \.isFinite), let last = y.lastIndex(where: \.isFinite) else { return nil }
        return PageTrace(
            start: start + Double(first) * spacing, spacing: spacing, y: Array(y[first ... last]), row: row)
    }

    /// y at a place, by straight lines between points; NaN outside and in gaps.
    func value(at x: Double) -> Float {
        let place = (x - start) / spacing
        guard place >= 0, place <= Double(y.count - 1) else { return .nan }
        let index = min(Int(place), max(0, y.count - 2))
        guard y.count > 1 else { return y[0] }
        let share = Float(place - Double(index))
        if share < 1e-3 { return y[index] }
        if share > 1 - 1e-3 { return y[index + 1] }
        return y[index] * (1 - share) + y[index + 1] * share
    }

    /// y at `count` places `step` mm apart, by smooth curves through the points. Gaps of at most 0.8 mm are bridged.
    func values(start first: Double, step: Double, count: Int) -> [Float] {
        var result = [Float](repeating: .nan, count: count)
        let bridge = max(1, Int(0.8 / spacing))
        var index = 0
        while let begin = y[index...].firstIndex(where: \.isFinite) {
            var (end, next) = (begin, begin + 1)
            while next < y.count, next - end <= bridge {
                if y[next].isFinite { end = next }
                next += 1
            }
            let points = (begin ... end).filter { y[$0].isFinite }
            let curve = AkimaInterpolation(
                x: points.map { start + Double($0) * spacing }, y: points.map { Double(y[$0]) })
            let from = max(0, Int(((start + Double(begin) * spacing - first) / step - 1e-6).rounded(.up)))
            let to = min(count - 1, Int(((start + Double(end) * spacing - first) / step + 1e-6).rounded(.down)))
            if from <= to {
                let values = curve.values(start: first + Double(from) * step, spacing: step, count: to - from + 1)
                result.replaceSubrange(from ... to, with: values)
            }
            index = end + 1
            if index >= y.count { break }
        }
        return result
    }
}
