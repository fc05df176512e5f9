import Signals

/// Pauses and asystole.
struct PauseRules {
    let context: RhythmContext

    /// Seconds.
    private static let pause = 3.0
    private static let asystole = 6.0
    /// Seconds before and after a gap, in which a single lead's usual beats are seen.
    private static let surroundings = 10.0
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
                && !context.fibrillation.contains { $0.overlaps(gap) } && !isBeatingInOneLead(gap)
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

    /// Whether a lead alone shows beats of its usual height in the gap: a lead that fails can hide those of the others.
    private func isBeatingInOneLead(_ gap: ClosedRange<Double>) -> Bool {
        let recording = context.recording
        let rate = recording.samplingRate
        let first = Int(max(0, gap.lowerBound - Self.surroundings) * rate)
        let end = min(recording.sampleCount, Int((gap.upperBound + Self.surroundings) * rate))
        let usual = context.usualInterval ?? 1
        return recording.leads.indices.contains { lead in
            guard context.beats.leads[lead].isUsable else { return false }
            let samples = recording.leads[lead].samples(in: first ..< end)
            let part = Recording(
                samplingRate: rate, leads: [Recording.Lead(name: recording.leads[lead].name, samples: samples)])
            let height = { (place: Int) -> Double in
                let near = max(0, place - Int(0.06 * rate)) ..< min(samples.count, place + Int(0.06 * rate) + 1)
                return Double((samples[near].max() ?? 0) - (samples[near].min() ?? 0))
            }
            let found = BeatDetector().samples(in: part).map { (time: Double($0 + first) / rate, height: height($0)) }
            let isInside = { (time: Double) in time > gap.lowerBound + 0.3 && time < gap.upperBound - 0.3 }
            guard let outside = RhythmContext.median(found.filter { !isInside($0.time) }.map(\.height)) else {
                return false
            }
            let beats = found.count { isInside($0.time) && (0.5 * outside ... 2 * outside).contains($0.height) }
            return Double(beats) >= max(2, 0.5 * (gap.upperBound - gap.lowerBound) / usual)
        }
    }
}
