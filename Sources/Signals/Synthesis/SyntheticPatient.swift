import LinearAlgebra

/// The heart, electrode and recorder of a patient, which all pictures of the patient have in common.
public struct SyntheticPatient: Sendable, Equatable {
    /// The class of the patient's beats of interest.
    public let beatClass: BeatClass
    public let view: LeadView
    /// The RR intervals of the sinus rhythm.
    public let tachogram: RRTachogram
    /// The model of the ECG, with respiration and baseline wander.
    public let model: DynamicalECG
    /// The sinus beat; for infarction and hypertrophy, it shows the finding.
    public let sinusBeat: BeatMorphology
    /// The beat of interest: `sinusBeat` unless it is ectopic.
    public let beat: BeatMorphology
    /// An ectopic beat of the same heart, which can be next to a normal one.
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
    /// Rate, view, noise and recorder do not depend on the class.
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
            // The leads near a ventricle show it best. Without an amplitude scale, the deep septal S wave of a left
            // ventricle looks normal.
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

    /// A fusion beat comes shortly before the next sinus beat. Other ectopic beats come earlier, but rarely before the
    /// end of the last T wave, 0.4 s after its R.
    private static func coupling(
        of beatClass: BeatClass, meanRR: Double, using generator: inout SeededGenerator
    ) -> Double {
        let share =
            beatClass == .fusion ? generator.uniform(in: 0.86 ... 0.98) : generator.uniform(in: 0.55 ... 0.8)
        return max(share, 0.4 / meanRR)
    }
}
