import Signals

/// Second-degree AV block: P waves without a QRS complex in pauses.
struct DroppedBeats {
    let context: RhythmContext

    /// A pause lasts so many usual intervals.
    private static let longest = 1.45
    /// The least correlation of a lone deflection with the usual P wave.
    private static let correlation = 0.8
    /// Its height as a share of the usual P wave's.
    private static let heights = 0.5 ... 1.8
    /// Seconds: PR grows before a dropped beat by at least this in Mobitz I, and changes by less in Mobitz II.
    private static let growth = 0.04

    init(_ context: RhythmContext) { self.context = context }

    var findings: [RhythmFinding] {
        guard let template = PTemplate(context), let usual = context.usualInterval else { return [] }
        let waves = context.measurements.delineation.beats
        var growing: [Int] = []
        var constant: [Int] = []
        for (index, interval) in context.intervals.enumerated()
        where interval > Self.longest * usual && !context.isVentricular[index] && !context.isVentricular[index + 1] {
            guard let before = pr(waves[index]), let after = pr(waves[index + 1]) else { continue }
            // From the end of T to the P wave that is conducted.
            let start = (waves[index].t?.end ?? context.times[index] + 0.4) + 0.02
            let end = context.times[index + 1] - after - 0.25
            guard end > start, template.isFound(from: start, to: end, correlation: Self.correlation, Self.heights)
            else { continue }
            if before - after > Self.growth {
                growing.append(index)
            } else if abs(before - after) < Self.growth / 2 {
                constant.append(index)
            }
        }
        let kinds: [(RhythmCode, [Int], String)] = [
            (.avBlock2Mobitz1, growing, "PR is longer before the dropped beat than after it"),
            (.avBlock2Mobitz2, constant, "PR is the same before and after the dropped beat"),
        ]
        return kinds.compactMap { code, places, text in
            places.isEmpty
                ? nil
                : RhythmFinding(
                    code, confidence: places.count > 1 ? 0.7 : 0.5,
                    evidence: ["\(Text.count(places.count, "P wave")) without a QRS complex", text],
                    source: Guideline.bradycardia, episodes: places.map { context.times[$0] ... context.times[$0 + 1] })
        }
    }

    /// Seconds.
    private func pr(_ waves: BeatWaves) -> Double? {
        guard let p = waves.p, let qrs = waves.qrs else { return nil }
        return qrs.onset - p.onset
    }
}

/// The usual P wave in the lead where it is highest.
private struct PTemplate {
    private let lead: Recording.Lead
    private let shape: [Double]
    private let rate: Double
    private let norm: Double

    init?(_ context: RhythmContext) {
        let leads = context.recording.leads
        guard let median = context.beats.clusters.first?.medianBeat, median.leads.count == leads.count,
            let p = context.measurements.delineation.clusters.first?.waves.p
        else { return nil }
        rate = context.recording.samplingRate
        let first = max(0, median.fiducial + Int((p.onset * rate).rounded()))
        let last = min(median.leads[0].count - 1, median.fiducial + Int((p.end * rate).rounded()))
        guard last - first >= 4 else { return nil }
        let shapes = median.leads.map { Self.leveled($0[first ... last].map { Double($0) }) }
        let norms = shapes.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        let usable = leads.indices.filter { context.beats.leads[$0].grade == .good && norms[$0].isFinite }
        guard let best = usable.max(by: { norms[$0] < norms[$1] }), norms[best] > 0 else { return nil }
        lead = leads[best]
        shape = shapes[best]
        norm = norms[best]
    }

    /// Less the straight line from the first to the last value.
    private static func leveled(_ values: [Double]) -> [Double] {
        let slope = (values[values.count - 1] - values[0]) / Double(values.count - 1)
        return values.enumerated().map { $1 - values[0] - slope * Double($0) }
    }

    /// Whether the wave comes within a stretch of seconds.
    func isFound(from: Double, to: Double, correlation least: Double, _ heights: ClosedRange<Double>) -> Bool {
        let first = max(0, Int(from * rate))
        let last = min(lead.sampleCount, Int(to * rate)) - shape.count
        guard first <= last else { return false }
        let samples = lead.samples(in: first ..< last + shape.count)
        return stride(from: first, through: last, by: 1).contains { start in
            let window = Self.leveled(samples[start - first ..< start - first + shape.count].map { Double($0) })
            var (product, own) = (0.0, 0.0)
            for (left, right) in zip(shape, window) { (product, own) = (product + left * right, own + right * right) }
            let size = own.squareRoot()
            return product > least * norm * size && heights.contains(size / norm)
        }
    }
}
