/// The T wave of one lead.
struct TWaveFinder {
    /// The wave; its end is that of a second, opposite part where the T wave is biphasic.
    let wave: GridWave
    /// The smaller of the drops on both sides of the peak in mV; the drop before it counts twice, as an ST segment
    /// may run into the wave.
    let prominence: Float

    /// mV: a flatter wave has no boundaries that a reader would place. Readers marked them from 0.019 mV on in LUDB.
    private static let smallest: Float = 0.015
    /// Points, 76 ms, from the steepest point of a flank to the reference point beyond its foot.
    private static let reach = 38
    /// Points, 160 ms, from a peak to the steepest point of its flank.
    private static let flank = 80
    /// Points, 150 ms, between the two parts of a biphasic wave.
    private static let biphasicReach = 75
    /// The prominence of the second part of a biphasic wave as a share of the first one's. After a negative part, such
    /// as a depressed ST segment, a small positive one ends the wave; after a positive part a small dip does not.
    private static let positiveShare: Float = 0.3
    private static let negativeShare: Float = 0.8

    /// Returns nil where the lead has no signal in the range, or a T wave too flat to be measured.
    ///
    /// - Parameters:
    ///   - row: one lead, smoothed.
    ///   - range: the points between the QRS complex and the next P wave or QRS complex.
    init?(in row: UnsafeBufferPointer<Float>, range: Range<Int>) {
        guard let range = Self.recorded(row, in: range), range.count > 24 else { return nil }
        let extrema = Self.extrema(row, in: range)
        guard let main = extrema.max(by: { $0.prominence < $1.prominence }), main.prominence >= Self.smallest else {
            return nil
        }
        let share = main.isMaximum ? Self.negativeShare : Self.positiveShare
        let last =
            extrema.last {
                $0.place >= main.place && $0.place <= main.place + Self.biphasicReach
                    && $0.prominence >= share * main.prominence
            } ?? main
        let value = { (point: Int) in row[point] }
        let falling = Self.steepest(
            row, from: last.place, to: min(range.upperBound - 3, last.place + Self.flank), falling: last.isMaximum)
        let end = TrapeziumBoundary.corner(
            from: falling, to: min(range.upperBound - 1, falling + Self.reach), falling: last.isMaximum, value: value)
        let rising = Self.steepest(
            row, from: main.place, to: max(range.lowerBound + 2, main.place - Self.flank), falling: main.isMaximum)
        let onset = TrapeziumBoundary.corner(
            from: rising, to: max(range.lowerBound, rising - Self.reach), falling: main.isMaximum, value: value)
        wave = GridWave(onset: min(onset, main.place), peak: main.place, end: max(end, last.place))
        prominence = main.prominence
    }

    private struct Extremum {
        var place: Int
        var isMaximum: Bool
        var prominence: Float
    }

    /// The first run of recorded points in a range.
    private static func recorded(_ row: UnsafeBufferPointer<Float>, in range: Range<Int>) -> Range<Int>? {
        let range = range.clamped(to: 2 ..< row.count - 2)
        guard let first = range.first(where: { row[$0] == row[$0] }) else { return nil }
        let gap = (first ..< range.upperBound).first { !(row[$0] == row[$0]) }
        return first ..< (gap ?? range.upperBound)
    }

    private static func extrema(_ row: UnsafeBufferPointer<Float>, in range: Range<Int>) -> [Extremum] {
        var found: [Extremum] = []
        for point in range.lowerBound + 1 ..< range.upperBound - 1 {
            let value = row[point]
            let isMaximum = value >= row[point - 1] && value > row[point + 1]
            guard isMaximum || (value <= row[point - 1] && value < row[point + 1]) else { continue }
            let sign: Float = isMaximum ? 1 : -1
            var (left, right): (Float, Float) = (0, 0)
            var place = point - 1
            while place >= range.lowerBound, sign * (value - row[place]) >= 0 {
                left = max(left, sign * (value - row[place]))
                place -= 1
            }
            place = point + 1
            while place < range.upperBound, sign * (value - row[place]) >= 0 {
                right = max(right, sign * (value - row[place]))
                place += 1
            }
            found.append(Extremum(place: point, isMaximum: isMaximum, prominence: min(2 * left, right)))
        }
        return found
    }

    /// The steepest point of a flank, which is walked from the peak to a limit on either side.
    static func steepest(_ row: UnsafeBufferPointer<Float>, from peak: Int, to limit: Int, falling: Bool) -> Int {
        let step = limit >= peak ? 1 : -1
        var (best, place): (Float, Int) = (0, peak)
        var point = peak
        while point != limit {
            let slope = (falling ? 1 : -1) * (row[point - step * 2] - row[point + step * 2])
            if slope > best { (best, place) = (slope, point) }
            // Past its foot, at least 40 ms away, the trace turns back.
            if slope < 0, abs(point - peak) > 20 { break }
            point += step
        }
        return place
    }
}
