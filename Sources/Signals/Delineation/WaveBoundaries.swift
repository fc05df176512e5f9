/// The onset and the end of a QRS complex on the 500 Hz grid.
///
/// On either side the complex ends where the slope, taken over all leads, stays below a share of its largest value.
/// The shares, gaps and shifts gave the smallest spread against the manual boundaries of 100 LUDB records, each lead
/// alone and all twelve together.
enum QRSBoundaries {
    /// Shares of the largest slope above the quiet level.
    private static let onsetShare: Float = 0.045
    private static let endShare: Float = 0.06
    /// mV/s that the slope must exceed before the onset: a P wave of 0.1 mV falls at about this rate.
    private static let onsetFloor: Float = 3
    /// Points, 18 and 24 ms, for which the slope must stay low: a notch or a turning point is shorter.
    private static let onsetGap = 9
    private static let endGap = 12
    /// Points by which readers see the complex begin earlier and end later than the thresholds do.
    private static let onsetShift = 4
    private static let endShift = 1
    /// Points from the fiducial point to the steepest slope, and from there to the onset and to the end.
    private static let fiducialReach = 40
    private static let onsetReach = 75
    private static let endReach = 95

    /// Returns the complex around the fiducial point, nil without a slope. Its peak is the steepest point.
    ///
    /// - Parameter activity: the slope of the leads at each point, as `LeadWindows.activity(of:)` returns it.
    static func complex(in activity: [Float]) -> GridWave? {
        let middle = BeatGrid.before
        var top = middle
        for point in middle - fiducialReach ... middle + fiducialReach where activity[point] > activity[top] {
            top = point
        }
        let steepest = activity[top]
        guard steepest > 0 else { return nil }
        // The quiet level is that of the flattest fifth of 60…220 ms before.
        let before = activity[top - 110 ..< top - 30].sorted()
        let quiet = before[before.count / 5]
        let onsetLimit = max(quiet + onsetShare * (steepest - quiet), min(onsetFloor, 0.2 * steepest))
        let endLimit = quiet + endShare * (steepest - quiet)
        var onset = top
        while onset > top - onsetReach, (1 ... onsetGap).contains(where: { activity[onset - $0] > onsetLimit }) {
            onset -= 1
        }
        var end = top
        while end < top + endReach, (1 ... endGap).contains(where: { activity[end + $0] > endLimit }) { end += 1 }
        return GridWave(onset: onset - onsetShift, peak: top, end: end + endShift)
    }
}

/// Places the onset and the end of a P wave whose peak is known.
enum PWaveBoundaries {
    /// Points, 80 and 56 ms, from the steepest point of a flank to the reference point beyond its foot; after the wave
    /// the PR segment may be short.
    private static let reachBefore = 40
    private static let reachAfter = 28
    /// Points, 90 ms, from the peak to the steepest point of a flank.
    private static let flank = 45
    /// Points, 36 ms, by which the peaks of the leads differ.
    private static let slack = 18

    /// Returns nil where the lead has no signal around the peak.
    ///
    /// - Parameters:
    ///   - row: one lead of the median beat, smoothed.
    ///   - bump: the same lead, filtered by `PWaveFilter`.
    ///   - peak: the peak of the wave over all leads.
    ///   - onset: the QRS onset.
    static func wave(
        in row: UnsafeBufferPointer<Float>, bump: UnsafeBufferPointer<Float>, near peak: Int, before onset: Int
    ) -> GridWave? {
        let last = min(onset - 8, peak + slack)
        guard peak >= slack + 3, last >= peak else { return nil }
        var top = peak
        for point in peak - slack ... last where abs(bump[point]) > abs(bump[top]) { top = point }
        guard abs(bump[top]) > 0 else { return nil }
        let range = max(2, top - 75) ... min(onset - 1, top + 75)
        guard range.allSatisfy({ row[$0] == row[$0] }) else { return nil }
        let isUpright = bump[top] > 0
        let value = { (point: Int) in row[point] }
        let left = TWaveFinder.steepest(
            row, from: top, to: max(range.lowerBound + 2, top - flank), falling: isUpright)
        let right = TWaveFinder.steepest(
            row, from: top, to: min(range.upperBound - 2, top + flank), falling: isUpright)
        return GridWave(
            onset: TrapeziumBoundary.corner(
                from: left, to: max(range.lowerBound, left - reachBefore), falling: isUpright, value: value),
            peak: top,
            end: TrapeziumBoundary.corner(
                from: right, to: min(range.upperBound, right + reachAfter), falling: isUpright, value: value))
    }
}

/// The end of a wave, found as the corner of the largest trapezium.
///
/// The trapezium spans from a steep point of the wave's flank to a reference point beyond the end. It is largest where
/// the trace bends into the baseline. No threshold and no level of the baseline is needed.
///
/// - Source: Vázquez-Seisdedos et al., BioMedical Engineering OnLine 10 (2011) 43.
enum TrapeziumBoundary {
    /// Returns the corner between `steep` and `reference`, which may lie on either side.
    ///
    /// - Parameter value: the trace; the points between must be finite.
    static func corner(from steep: Int, to reference: Int, falling: Bool, value: (Int) -> Float) -> Int {
        let step = reference >= steep ? 1 : -1
        let start = value(steep)
        var (best, corner) = (-Float.infinity, steep)
        var point = steep
        while point != reference {
            let height = falling ? start - value(point) : value(point) - start
            let area = height * Float(abs(reference - point) + abs(reference - steep))
            if area > best { (best, corner) = (area, point) }
            point += step
        }
        return corner
    }
}
