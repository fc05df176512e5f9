import LinearAlgebra

/// A heart, an electrode and a recorder: everything that a patient's pictures have in common.
public struct SyntheticPatient: Sendable, Equatable {
    /// The condition that this patient's beats of interest show.
    public let beatClass: BeatClass
    public let view: LeadView
    /// RR intervals of the sinus rhythm.
    public let tachogram: RRTachogram
    /// Breathing and its pull on the baseline.
    public let model: DynamicalECG
    /// The beat that the sinus node makes in this heart; for infarction and hypertrophy it carries the finding.
    public let sinusBeat: BeatMorphology
    /// The beat of interest: `sinusBeat` unless it is ectopic.
    public let beat: BeatMorphology
    /// An ectopic beat of the same heart, which may stand beside a normal one.
    public let neighbor: BeatMorphology
    /// The RR interval before an ectopic beat as a share of the mean one.
    public let coupling: Double
    /// The variation between beats; 1 is usual.
    public let variation: Double
    /// Hz.
    public let samplingRate: Double
    public let noise: RecordingNoise

    /// Draws a patient from the ranges of `beatClass`.
    ///
    /// Rate, view, noise and recorder are drawn before the class is looked at, so they tell nothing about it.
    public init(of beatClass: BeatClass, using generator: inout SeededGenerator) {
        self.beatClass = beatClass
        view = generator.uniform() < 0.8 ? .lateral : .septal
        let breathing = generator.uniform(in: 0.2 ... 0.32)
        let meanRR = generator.uniform(in: 0.64 ... 1.05)
        tachogram = RRTachogram(
            mean: meanRR, standardDeviation: meanRR * generator.uniform(in: 0.015 ... 0.06),
            lowToHighRatio: generator.uniform(in: 0.3 ... 3), highFrequency: breathing)
        model = DynamicalECG(
            baselineAmplitude: generator.uniform(in: 0 ... 0.12), respiratoryFrequency: breathing)
        samplingRate = [250, 360, 500][generator.integer(below: 3)]
        variation = generator.uniform(in: 0.6 ... 1.5)
        noise = RecordingNoise.drawn(using: &generator)

        var sinus = SinusBeat.normal(in: view, meanRR: meanRR, using: &generator)
        switch beatClass {
        case .infarction:
            let kinds: [SinusBeat.Infarction] = [
                .acute, .acute, .acute, .acute, .evolving, .evolving, .evolving, .old, .old, .subendocardial, .opposite,
            ]
            sinus.infarct(kinds[generator.integer(below: kinds.count)], in: view, using: &generator)
        case .hypertrophy:
            // Each ventricle is seen best from its own side: drawn without a scale, the deep S that a left one makes
            // septally is a normal picture.
            let nearer: SinusBeat.Hypertrophy = view == .lateral ? .left : .right
            let farther: SinusBeat.Hypertrophy = view == .lateral ? .right : .left
            sinus.thicken(generator.uniform() < 0.88 ? nearer : farther, in: view, using: &generator)
        case .normal, .supraventricular, .ventricular, .fusion:
            break
        }
        sinusBeat = sinus.morphology
        var premature = sinus
        premature.startElsewhere(using: &generator)

        let early = SyntheticPatient.coupling(of: beatClass, meanRR: meanRR, using: &generator)
        coupling = early
        let sinusP = (1 - early) * meanRR - sinus.prInterval
        let ventricular = BeatMorphology.ventricular(
            in: view, dissociatedP: generator.uniform() < 0.6 ? sinusP : nil, using: &generator)
        switch beatClass {
        case .normal, .infarction, .hypertrophy:
            beat = sinusBeat
        case .supraventricular:
            beat = premature.morphology
        case .ventricular:
            beat = ventricular
        case .fusion:
            beat = .fusion(
                of: sinusBeat, with: ventricular, share: generator.uniform(in: 0.4 ... 0.6),
                delay: generator.uniform(in: -0.02 ... 0.02))
        }
        neighbor = generator.uniform() < 0.5 ? ventricular : premature.morphology
    }

    /// A fusion beat comes when the next sinus beat is nearly due; other ectopic beats earlier, but hardly before the
    /// last T wave has ended, 0.4 s after its R.
    private static func coupling(
        of beatClass: BeatClass, meanRR: Double, using generator: inout SeededGenerator
    ) -> Double {
        let share =
            beatClass == .fusion ? generator.uniform(in: 0.86 ... 0.98) : generator.uniform(in: 0.55 ... 0.8)
        return max(share, 0.4 / meanRR)
    }
}
