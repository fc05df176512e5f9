import Signals

/// Delayed or blocked conduction, from the intervals and the QRS complex of the usual beat.
struct ConductionRules {
    let context: RhythmContext

    init(_ context: RhythmContext) { self.context = context }

    var findings: [RhythmFinding] {
        let isPaced = 2 * context.beats.beats.count { $0.pacingSpike != nil } >= max(1, context.times.count)
        guard !isPaced, context.times.count > 1 else { return [] }
        let single = [longPR, preExcitation, fascicles].compactMap { $0 }
        return single + bundleBranches + DroppedBeats(context).findings
    }

    private func finding(
        _ code: RhythmCode, _ confidence: Double, _ evidence: [String], source: String = Guideline.conduction
    ) -> RhythmFinding {
        RhythmFinding(code, confidence: confidence, evidence: evidence, source: source, episodes: [context.whole])
    }

    private var longPR: RhythmFinding? {
        let measurements = context.measurements
        // At faster rates the P wave starts in the T wave.
        guard let pr = measurements.prInterval.value, pr.rounded() >= context.limits.longPR,
            measurements.pShare.value ?? 0 > 0.5,
            measurements.pDecision?.isPresent == true, measurements.heartRate.value ?? 0 <= 100
        else { return nil }
        return finding(
            .avBlock1, pr > 220 ? 0.9 : 0.7,
            ["PR \(Text.number(pr, digits: 0)) ms, at least \(Text.number(context.limits.longPR)) ms"],
            source: Guideline.bradycardia)
    }

    private var preExcitation: RhythmFinding? {
        // A slow onset in only one or two leads does not count.
        guard context.leadCount > 2, let pr = context.measurements.prInterval.value, pr < 120,
            let complex = context.complex,
            complex.duration >= 110, let slow = complex.slowOnset, slow >= 36
        else { return nil }
        return finding(
            .preExcitation, 0.6,
            [
                "PR \(Text.number(pr, digits: 0)) ms, less than 120 ms",
                "QRS \(Text.number(complex.duration, digits: 0)) ms",
                "a slow onset in most leads: 30 % of the largest deflection after \(Text.number(slow, digits: 0)) ms",
            ])
    }

    // MARK: Bundle branches

    /// ms. The recommendations ask for 110; readers of PTB-XL name narrower complexes with R′, too.
    private static let incompleteWidth = 80.0 ..< 120
    /// ms after the onset, in R′ of an incomplete block.
    private static let earliestSecondR = 50.0

    /// The limits of V1 and V6 were set on `ptbxl-100hz`.
    private var bundleBranches: [RhythmFinding] {
        guard let complex = context.complex, let area = complex.area("V1"), let late = complex.lateLevel("V1"),
            let peakV1 = complex.peakTime("V1")
        else { return [] }
        let width = "QRS \(Text.number(complex.duration, digits: 0)) ms"
        let lateral = complex.peakTime("V6") ?? complex.peakTime("V5") ?? complex.peakTime("I")
        if complex.duration >= context.limits.leftBlockWidth, area < 0, let lateral, lateral >= 50 {
            return [
                finding(
                    .bundleBranchBlockLeft, complex.duration >= 150 ? 0.9 : 0.75,
                    [width, "V1 is negative", "the lateral R peak comes after \(Text.number(lateral, digits: 0)) ms"])
            ]
        }
        if let second = complex.secondR("V1"), (Self.incompleteWidth).contains(complex.duration),
            second.height > context.limits.secondR, second.time > Self.earliestSecondR
        {
            return [
                finding(
                    .bundleBranchBlockRightIncomplete, 0.6,
                    [
                        width,
                        "R′ of \(Text.number(second.height, digits: 2)) mV in V1 after "
                            + "\(Text.number(second.time, digits: 0)) ms",
                    ])
            ]
        }
        guard peakV1 > 60 else { return [] }
        let evidence = [
            width,
            "V1 ends with R′: \(Text.number(late, digits: 2)) mV, highest after "
                + "\(Text.number(peakV1, digits: 0)) ms",
        ]
        if complex.duration >= context.limits.rightBlockWidth, late > context.limits.lateLevel {
            return [finding(.bundleBranchBlockRight, 0.9, evidence)]
        }
        return []
    }

    // MARK: Fascicles

    private var fascicles: RhythmFinding? {
        guard let axis = context.measurements.qrsAxis.value, let complex = context.complex,
            let r3 = complex.r("III"), let s3 = complex.s("III"), let q3 = complex.q("III"),
            let rF = complex.r("AVF"), let sF = complex.s("AVF"), let rL = complex.r("AVL"), let sL = complex.s("AVL"),
            let r1 = complex.r("I"), let s1 = complex.s("I")
        else { return nil }
        let axisText = "QRS axis \(Text.number(axis, digits: 0))°"
        // The recommendations ask for −45°; readers of PTB-XL name it from about −30° on.
        if axis < context.limits.leftAxis, axis > -110, s3 > r3, sF > rF, rL > sL {
            return finding(
                .fascicularBlockLeftAnterior, axis < -45 ? 0.85 : 0.65, [axisText, "rS in III and aVF, R in aVL"])
        }
        if axis > 100, s1 > r1, sL > rL, r3 > s3, q3 > 0.02, complex.duration < 120 {
            return finding(.fascicularBlockLeftPosterior, 0.5, [axisText, "rS in I and aVL, qR in III"])
        }
        return nil
    }
}
