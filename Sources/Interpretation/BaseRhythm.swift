import Foundation
import Signals

/// The rhythm of a stretch of beats, decided from its rate, its irregularity and its P waves.
///
/// A recording of up to two minutes is one stretch; longer ones are judged every 30 s.
struct BaseRhythm {
    let context: RhythmContext
    let span: ClosedRange<Double>
    /// Beats per minute.
    let rate: Double
    /// The mean change from one RR interval to the next as a share of the median one, without ventricular beats.
    let irregularity: Double
    /// Whether there are enough intervals between usual beats to judge `irregularity`.
    let isIrregularityKnown: Bool
    /// Seconds: the difference between the longest and the shortest interval of normal beats.
    let spread: Double
    /// The share of beats with a P wave.
    let pShare: Double
    /// The consistency of the P wave, see `Measurements.pConsistency`; negative in fibrillation.
    let consistency: Double

    static let longestStretch = 120.0
    static let stretch = 30.0
    /// P waves as consistent as this exclude fibrillation.
    static let clearConsistency = 1.5
    /// P waves less consistent than this are not counted on.
    static let visibleConsistency = 1.0
    /// P waves before at least this share of the beats rule out fibrillation.
    static let conductedShare = 0.7
    /// In fibrillation RR intervals change by at least this share. Among 97 records of ten seconds 4 change by less, of
    /// stretches of 30 s in `mitdb-ds1` none changes by less than 0.19.
    static let leastIrregularity = (ofRecording: 0.07, ofStretch: 0.1)
    /// Changes of intervals between successive usual beats.
    private static let fewestChanges = 4

    // MARK: Findings

    static func findings(in context: RhythmContext) -> [RhythmFinding] {
        guard !context.times.isEmpty else { return [] }
        var decisions: [(finding: RhythmFinding, span: ClosedRange<Double>)] = []
        forEachStretch(of: context) { stretch in
            for finding in stretch.findings() {
                for span in finding.episodes { decisions.append((finding: finding, span: span)) }
            }
        }
        // One finding per code, with the evidence of its longest stretch.
        var result: [RhythmFinding] = []
        for (finding, _) in decisions where !result.contains(where: { $0.code == finding.code }) {
            let same = decisions.filter { $0.finding.code == finding.code }
            var episodes: [ClosedRange<Double>] = []
            for (_, span) in same {
                if let last = episodes.last, span.lowerBound <= last.upperBound + 1e-9 {
                    episodes[episodes.count - 1] = last.lowerBound ... span.upperBound
                } else {
                    episodes.append(span)
                }
            }
            let best = same.max { $0.finding.confidence < $1.finding.confidence }!.finding
            result.append(
                RhythmFinding(
                    best.code, confidence: best.confidence, evidence: best.evidence, source: best.source,
                    episodes: episodes))
        }
        let length = { (finding: RhythmFinding) in
            finding.episodes.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
        }
        return result.enumerated().sorted { (length($0.element), $1.offset) > (length($1.element), $0.offset) }
            .map(\.element)
    }

    static func undetermined(_ context: RhythmContext, _ reason: String) -> RhythmFinding {
        RhythmFinding(
            .undetermined, confidence: 1, evidence: [reason], source: Guideline.rhythmStatements,
            episodes: [context.whole])
    }

    /// Visits the stretches in order. Only one is in memory at a time, because it holds its samples.
    private static func forEachStretch(of context: RhythmContext, visit: (BaseRhythm) -> Void) {
        let duration = context.recording.duration
        guard duration > longestStretch else {
            BaseRhythm(context, span: context.whole).map(visit)
            return
        }
        let count = Int((duration / stretch).rounded())
        var first = 0
        for number in 0 ..< count {
            let span = duration * Double(number) / Double(count) ... duration * Double(number + 1) / Double(count)
            var end = first
            while end < context.times.count, context.times[end] < span.upperBound { end += 1 }
            BaseRhythm(context.part(first ..< end, span), span: span).map(visit)
            first = end
        }
    }

    /// Nil where most beats are in ventricular fibrillation.
    private init?(_ context: RhythmContext, span: ClosedRange<Double>) {
        guard 2 * context.isFibrillating.count(where: { $0 }) <= context.times.count else { return nil }
        self.context = context
        self.span = span
        let intervals = context.intervals
        let median = RhythmContext.median(intervals) ?? 1
        rate = intervals.isEmpty ? 0 : 60 * Double(intervals.count) / intervals.reduce(0, +)
        let isNormal = { (index: Int) in !context.isVentricular[index] && !context.isVentricular[index + 1] }
        let normalPlaces = intervals.indices.filter(isNormal)
        var changes = zip(normalPlaces, normalPlaces.dropFirst()).filter { $0.1 == $0.0 + 1 }
            .map { abs(intervals[$0.1] - intervals[$0.0]) }
        // Among many ventricular beats the intervals between usual beats are compared over gaps.
        if changes.count < Self.fewestChanges {
            changes = zip(normalPlaces, normalPlaces.dropFirst()).map { abs(intervals[$0.1] - intervals[$0.0]) }
        }
        isIrregularityKnown = changes.count >= 2
        if !isIrregularityKnown { changes = zip(intervals, intervals.dropFirst()).map { abs($0.1 - $0.0) } }
        irregularity = changes.isEmpty ? 0 : changes.reduce(0, +) / Double(changes.count) / median
        let classes = context.beats.beats
        let normal = intervals.indices.filter {
            classes[$0].beatClass == .normal && classes[$0 + 1].beatClass == .normal
        }.map { context.intervals[$0] }.filter { (0.5 * median ... 1.6 * median).contains($0) }
        spread = (normal.max() ?? 0) - (normal.min() ?? 0)
        let usual = context.times.indices.filter { !context.isVentricular[$0] }
        let waves = context.measurements.delineation.beats
        pShare = usual.isEmpty ? 0 : Double(usual.count { waves[$0].p != nil }) / Double(usual.count)
        consistency = context.measurements.pConsistency.value ?? 1
    }

    // MARK: Rules

    private var decision: PWaveDecision? { context.measurements.pDecision }
    private var hasP: Bool { pShare > 0.5 || consistency > Self.visibleConsistency }
    private var qrs: Double { context.measurements.qrsDuration.value ?? 0 }
    private var rateText: String { "\(Text.number(rate, digits: 0)) beats per minute" }
    private var irregularityText: String {
        "RR intervals change by \(Text.number(100 * irregularity, digits: 0)) % from beat to beat"
    }

    private func finding(
        _ code: RhythmCode, _ confidence: Double, _ evidence: [String], _ source: String
    ) -> RhythmFinding {
        RhythmFinding(code, confidence: confidence, evidence: evidence, source: source, episodes: [span])
    }

    private func findings() -> [RhythmFinding] {
        let count = context.times.count
        guard count >= 3 else {
            return [finding(.undetermined, 1, [Text.count(count, "beat")], Guideline.rhythmStatements)]
        }
        let paced = context.beats.beats.count { $0.pacingSpike != nil }
        if 2 * paced >= count {
            return [
                finding(
                    .paced, 0.9, ["a pacing spike before \(paced) of \(count) beats", rateText],
                    Guideline.rhythmStatements)
            ]
        }
        // Complexes of many shapes in one lead are noise.
        if context.leadCount == 1, context.beats.clusters.count * 4 > context.beats.beats.count, count > 6 {
            return [
                finding(
                    .undetermined, 0.8,
                    ["\(context.beats.clusters.count) shapes among \(context.beats.beats.count) beats of one lead"],
                    Guideline.rhythmStatements)
            ]
        }
        let score = log(irregularity + 0.01) - 0.7 * consistency
        let limit = context.limits.fibrillation + context.limits.fibrillationInOneLead / Double(context.leadCount)
        // Premature beats make a regular rhythm irregular.
        let isRegular = context.isRegularElsewhere && consistency > 0
        let least = context.isPart ? Self.leastIrregularity.ofStretch : Self.leastIrregularity.ofRecording
        if count >= 5, score > limit, consistency < Self.clearConsistency, !isRegular, pShare < Self.conductedShare,
            irregularity >= least, isIrregularityKnown || !context.isPart
        {
            if let dropped = AVDissociation(context).mobitz1 {
                return [
                    RhythmFinding(
                        .avBlock2Mobitz1, confidence: 0.6,
                        evidence: [
                            "\(Text.count(dropped.count, "P wave")) without a QRS complex, of a regular row of P waves",
                            "PR is longer before the dropped beat than after it",
                        ], source: Guideline.bradycardia,
                        episodes: dropped.map { $0.lowerBound + context.start ... $0.upperBound + context.start })
                ]
            }
            let evidence = [
                irregularityText,
                "no consistent P wave: \(Text.number(100 * pShare, digits: 0)) % of beats have one", rateText,
            ]
            return [
                finding(.atrialFibrillation, 1 / (1 + exp(-2 * (score - limit))), evidence, Guideline.fibrillation)
            ]
        }
        if decision?.ground == .flutterWaves, pShare < 0.5 {
            return [
                finding(
                    .atrialFlutter, 0.6,
                    ["waves between the QRS complexes as in flutter", rateText, irregularityText],
                    Guideline.supraventricular)
            ]
        }
        if pShare < 0.6, let evidence = AVDissociation(context).thirdDegree {
            return [finding(.avBlock3, 0.7, evidence, Guideline.bradycardia)]
        }
        return hasP ? atrial() : withoutP()
    }

    /// Rhythms with P waves.
    private func atrial() -> [RhythmFinding] {
        let axis = context.measurements.pAxis.value
        let isSinus = axis.map { (-30 ... 105).contains($0) } ?? true
        let share =
            pShare > 0
            ? "P before \(Text.number(100 * pShare, digits: 0)) % of the QRS complexes"
            : "a P wave that is too unclear to measure"
        guard isSinus else {
            let evidence = [share, "P axis \(Text.number(axis ?? 0, digits: 0))°", rateText]
            let pr = context.measurements.prInterval.value ?? 200
            if rate > 100 { return [finding(.supraventricularTachycardia, 0.5, evidence, Guideline.supraventricular)] }
            if pr < 120 { return [finding(.junctionalRhythm, 0.5, evidence, Guideline.rhythmStatements)] }
            return [finding(.undetermined, 0.5, evidence, Guideline.rhythmStatements)]
        }
        var evidence = [share, rateText]
        if let axis { evidence.append("P axis \(Text.number(axis, digits: 0))°") }
        let code: RhythmCode = rate < 60 ? .sinusBradycardia : rate > 100 ? .sinusTachycardia : .sinusRhythm
        let confidence = min(0.98, 0.6 + 0.15 * max(0, consistency))
        let source = rate < 60 ? Guideline.bradycardia : Guideline.rhythmStatements
        var result = [finding(code, confidence, evidence, source)]
        if spread > 0.2, irregularity > 0.04 {
            result.append(
                finding(
                    .sinusArrhythmia, 0.7,
                    ["RR intervals of sinus beats differ by up to \(Text.number(1000 * spread, digits: 0)) ms"],
                    Guideline.rhythmStatements))
        }
        return result
    }

    /// Rhythms without a visible P wave that are regular enough not to be fibrillation.
    private func withoutP() -> [RhythmFinding] {
        let isAbsent = decision.map { !$0.isPresent && $0.ground != .notMeasurable } ?? false
        let width = context.measurements.qrsDuration.value.map { "QRS \(Text.number($0, digits: 0)) ms" }
        let evidence = ["no P wave", rateText, width ?? "QRS cannot be measured", irregularityText]
        if qrs >= 140, rate > 120, irregularity < 0.1, !context.isUsualShapeConducted {
            return [finding(.ventricularTachycardia, 0.5, evidence, Guideline.ventricular)]
        }
        if qrs >= 140, rate < 50, isAbsent, irregularity < 0.1 {
            return [finding(.idioventricularRhythm, 0.5, evidence, Guideline.rhythmStatements)]
        }
        if qrs < 120, rate > 130 {
            return [finding(.supraventricularTachycardia, 0.6, evidence, Guideline.supraventricular)]
        }
        if qrs < 120, (35 ... 100).contains(rate), isAbsent, context.leadCount > 2, irregularity < 0.05 {
            return [finding(.junctionalRhythm, 0.5, evidence, Guideline.rhythmStatements)]
        }
        return [finding(.undetermined, 0.5, evidence, Guideline.rhythmStatements)]
    }
}
