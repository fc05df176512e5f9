import Signals

/// Pauses and asystole.
struct PauseRules {
    let context: RhythmContext

    /// Seconds.
    private static let pause = 3.0
    private static let asystole = 6.0
    /// mV: a lead that changes by less in a second is disconnected.
    private static let smallestRange: Float = 0.002

    init(_ context: RhythmContext) { self.context = context }

    var findings: [RhythmFinding] {
        let times = context.times
        // With fewer beats the recording may hold none that could be found.
        guard times.count > 2 else { return [] }
        let edges = [0] + times + [context.recording.duration]
        let gaps = zip(edges, edges.dropFirst()).map { $0 ... max($0, $1) }.filter { gap in
            gap.upperBound - gap.lowerBound > Self.pause && isRecorded(gap)
                && !context.fibrillation.contains { $0.overlaps(gap) }
        }
        // Before the first and after the last beat the length of a pause is unknown.
        let inner = gaps.filter { $0.lowerBound > 0 && $0.upperBound < context.recording.duration }
        let long = gaps.filter { $0.upperBound - $0.lowerBound > Self.asystole }
        let groups: [(RhythmCode, [ClosedRange<Double>], Double)] = [
            (.asystole, long, 0.7), (.pause, inner.filter { !long.contains($0) }, 0.85),
        ]
        return groups.compactMap { code, list, confidence in
            guard let longest = list.map({ $0.upperBound - $0.lowerBound }).max() else { return nil }
            return RhythmFinding(
                code, confidence: confidence,
                evidence: ["no beat for \(Text.number(longest)) s", Text.count(list.count, "time")],
                source: Guideline.bradycardia, episodes: list)
        }
    }

    /// Whether some usable lead has a signal in every second of the gap.
    private func isRecorded(_ gap: ClosedRange<Double>) -> Bool {
        let recording = context.recording
        return recording.leads.indices.contains { lead in
            guard context.beats.leads[lead].isUsable else { return false }
            let count = recording.sampleCount
            return stride(from: gap.lowerBound, through: max(gap.lowerBound, gap.upperBound - 1), by: 1).allSatisfy {
                let first = min(count, Int($0 * recording.samplingRate))
                let second = recording.leads[lead].samples(
                    in: first ..< min(count, first + max(2, Int(recording.samplingRate))))
                guard let low = second.min(), let high = second.max(), second.allSatisfy(\.isFinite) else {
                    return false
                }
                return high - low > Self.smallestRange
            }
        }
    }
}
