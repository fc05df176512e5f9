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
