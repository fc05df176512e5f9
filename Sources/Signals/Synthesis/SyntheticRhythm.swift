import LinearAlgebra

/// A few seconds of a patient's rhythm around one beat of interest.
public struct SyntheticRhythm: Sendable, Equatable {
    public let sequence: BeatSequence
    /// The index of the beat of interest in the sequence.
    public let target: Int

    /// R time of the beat of interest, in seconds of the sequence.
    public var targetTime: Double { sequence.beats[target].rTime }

    /// Sinus beats before and after the beat of interest.
    static let context = 3
    /// The probability that a normal beat has an ectopic neighbor, as in a heart with ectopic beats.
    static let ectopicNeighbor = 0.06

    /// Draws the rhythm around one beat of the patient's class.
    public init(of patient: SyntheticPatient, using generator: inout SeededGenerator) {
        let before = SyntheticRhythm.context
        let sinus = patient.tachogram.intervals(2 * before, using: &generator)
        var times = [0.0]
        for interval in sinus { times.append(times[times.count - 1] + interval) }
        var morphologies = [BeatMorphology](repeating: patient.sinusBeat, count: times.count)
        morphologies[before] = patient.beat

        let neighborDraw = generator.uniform()
        switch patient.beatClass {
        case .supraventricular:
            SyntheticRhythm.bringForward(before, in: &times, patient: patient, resets: true, using: &generator)
        case .ventricular, .fusion:
            SyntheticRhythm.bringForward(before, in: &times, patient: patient, resets: false, using: &generator)
        case .normal where neighborDraw < SyntheticRhythm.ectopicNeighbor:
            let place = before + (neighborDraw < SyntheticRhythm.ectopicNeighbor / 2 ? -1 : 1)
            morphologies[place] = patient.neighbor
            SyntheticRhythm.bringForward(place, in: &times, patient: patient, resets: false, using: &generator)
        case .normal, .infarction, .hypertrophy:
            break
        }
        target = before
        sequence = BeatSequence(
            zip(times, morphologies).map { time, morphology in
                BeatSequence.Beat(
                    rTime: time, morphology: morphology.varied(strength: patient.variation, using: &generator))
            })
    }

    /// Makes the beat at `place` premature.
    ///
    /// - Parameter resets: whether the beat resets the sinus node, as an atrial beat does. The next beat then comes
    ///   about one RR interval later (incomplete pause). Otherwise it comes when due (full pause).
    private static func bringForward(
        _ place: Int, in times: inout [Double], patient: SyntheticPatient, resets: Bool,
        using generator: inout SeededGenerator
    ) {
        let due = times[place]
        let interval = due - times[place - 1]
        let share = patient.coupling * (1 + 0.02 * generator.normal())
        times[place] = times[place - 1] + interval * min(max(share, 0.45), 0.99)
        guard resets, place + 1 < times.count else { return }
        // The impulse needs time to the sinus node and back.
        let longest = 0.96 * (times[place + 1] - times[place])
        let pause = min((times[place + 1] - due) * generator.uniform(in: 1 ... 1.15), longest)
        let shift = times[place] + pause - times[place + 1]
        for later in (place + 1) ..< times.count { times[later] += shift }
    }
}
