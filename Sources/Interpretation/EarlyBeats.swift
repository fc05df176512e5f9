import Signals

/// Early beats of a usual shape in a short recording, seen against the other intervals of the recording.
///
/// The limits were chosen on all records of `ptbxl-100hz`.
struct EarlyBeats {
    /// One element per beat.
    let isEarly: [Bool]
    /// Whether there is an early beat, and the intervals away from early and ventricular beats are about the same.
    let isRegularElsewhere: Bool
    /// The same within a wider limit, as in sinus arrhythmia.
    let isFairlyRegularElsewhere: Bool

    /// The mean distance of the other intervals from their median, as a share of it.
    private static let mostDeviation = (regular: 0.05, fairly: 0.12)
    /// The least number of other intervals, and the least share of them.
    private static let least = (count: 3, share: 0.25)

    /// - Parameter share: the interval before an early beat is below this share of the median one.
    init(_ beats: Beats, share: Double = RuleLimits().earlyShare) {
        let intervals = beats.rrIntervals
        let isVentricular = beats.beats.map { $0.beatClass == .ventricular }
        guard intervals.count >= 4, let usual = RhythmContext.median(intervals) else {
            isEarly = isVentricular.map { _ in false }
            (isRegularElsewhere, isFairlyRegularElsewhere) = (false, false)
            return
        }
        let early = isVentricular.indices.map { beat in
            beat > 0 && !isVentricular[beat] && intervals[beat - 1] < share * usual
        }
        isEarly = early
        let others = intervals.indices.filter { number in
            [number, number + 1].allSatisfy { !early[$0] && !isVentricular[$0] }
        }.map { intervals[$0] }
        guard early.contains(true), others.count >= Self.least.count,
            Double(others.count) >= Self.least.share * Double(intervals.count),
            let middle = RhythmContext.median(others)
        else {
            (isRegularElsewhere, isFairlyRegularElsewhere) = (false, false)
            return
        }
        let deviation = others.reduce(0) { $0 + abs($1 - middle) } / middle / Double(others.count)
        isRegularElsewhere = deviation < Self.mostDeviation.regular
        isFairlyRegularElsewhere = deviation < Self.mostDeviation.fairly
    }
}
