/// Statistics of the RR intervals.
///
/// - Source: Task Force of the ESC and NASPE, Heart rate variability, Circulation 93 (1996) 1043, table 1.
public struct RRStatistics: Sendable, Equatable {
    /// ms, of all beats.
    public let meanInterval: MeasuredValue
    /// ms, the standard deviation of the intervals between normal beats.
    public let sdnn: MeasuredValue
    /// ms, the root mean square of the differences between successive intervals of normal beats.
    public let rmssd: MeasuredValue
    /// 0…1, the share of these differences that exceed 50 ms.
    public let pnn50: MeasuredValue
    /// The median absolute difference between successive intervals of normal beats as a share of their mean.
    public let medianDifference: MeasuredValue

    /// An interval is between normal beats if both of its beats are of class N; a difference, if both of its
    /// intervals are and follow each other.
    public init(of beats: Beats) {
        let all = beats.rrIntervals
        meanInterval =
            all.isEmpty ? MeasuredValue(.tooFewBeats) : MeasuredValue(1000 * all.reduce(0, +) / Double(all.count))
        let isNormal = zip(beats.beats, beats.beats.dropFirst()).map {
            $0.beatClass == .normal && $1.beatClass == .normal
        }
        let normal = zip(all, isNormal).filter(\.1).map(\.0)
        guard normal.count >= 2 else {
            (sdnn, rmssd) = (MeasuredValue(.tooFewBeats), MeasuredValue(.tooFewBeats))
            (pnn50, medianDifference) = (MeasuredValue(.tooFewBeats), MeasuredValue(.tooFewBeats))
            return
        }
        let mean = normal.reduce(0, +) / Double(normal.count)
        let squares = normal.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        sdnn = MeasuredValue(1000 * (squares / Double(normal.count - 1)).squareRoot())
        let differences = (1 ..< all.count).filter { isNormal[$0] && isNormal[$0 - 1] }.map { all[$0] - all[$0 - 1] }
        guard !differences.isEmpty else {
            (rmssd, pnn50) = (MeasuredValue(.tooFewBeats), MeasuredValue(.tooFewBeats))
            medianDifference = MeasuredValue(.tooFewBeats)
            return
        }
        let count = Double(differences.count)
        rmssd = MeasuredValue(1000 * (differences.reduce(0) { $0 + $1 * $1 } / count).squareRoot())
        // Sample times are rounded: a difference of exactly 50 ms does not exceed it.
        pnn50 = MeasuredValue(Double(differences.count { abs($0) > 0.05 + 1e-9 }) / count)
        let sorted = differences.map(abs).sorted()
        medianDifference = MeasuredValue((sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2 / mean)
    }
}
