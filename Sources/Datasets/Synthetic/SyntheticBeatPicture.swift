import Imaging
import LinearAlgebra
import PageDrawing
import Signals

/// One picture of a synthetic set. It depends only on seed, class and number.
struct SyntheticBeatPicture: Equatable {
    let beatClass: BeatClass
    /// The number within the class, from 0.
    let index: Int
    let seed: UInt64
    /// Whether the ink depends on the class.
    let leaking: Bool
    var look = SyntheticBeats.Look.varied

    /// Pictures per synthetic patient.
    static let perPatient = 4

    /// The number of the patient within the class.
    var patient: Int { index / SyntheticBeatPicture.perPatient }

    /// Draws the picture.
    func page() -> Page {
        var patientDraw = generator("patient", patient)
        let patient = SyntheticPatient(of: beatClass, using: &patientDraw)
        var rhythmDraw = generator("rhythm", index)
        let rhythm = SyntheticRhythm(of: patient, using: &rhythmDraw)
        var styleDraw = generator("style", index)
        var style = look == .publicSet ? .publicSet : SyntheticBeatStyle(using: &styleDraw)
        if leaking { style.leak(beatClass) }

        let start = rhythm.targetTime - style.before
        let length = style.before + style.after
        let count = Int((length * patient.samplingRate).rounded(.down)) + 1
        // The model settles in the beats before the window.
        let lead = Int((min(start, 1.5) * patient.samplingRate).rounded(.down))
        let samples = patient.model.samples(
            of: rhythm.sequence, samplingRate: patient.samplingRate,
            from: start - Double(lead) / patient.samplingRate, count: lead + count)
        var noiseDraw = generator("noise", index)
        let recording = patient.noise.added(
            to: Array(samples.dropFirst(lead)), samplingRate: patient.samplingRate, using: &noiseDraw)
        var grainDraw = generator("grain", index)
        let trace =
            look == .publicSet
            ? publicTrace(of: recording, from: start, rhythm, samplingRate: patient.samplingRate, in: style.frame)
            : Trace(
                samples: recording, samplingRate: patient.samplingRate,
                window: 0 ... Double(count - 1) / patient.samplingRate, frame: style.frame)
        return TraceDrawing(style: style.drawing).page(of: [trace], seed: grainDraw.next())
    }

    /// Returns the beat of interest, cut out like the beats of real recordings.
    private func publicTrace(
        of recording: [Double], from start: Double, _ rhythm: SyntheticRhythm, samplingRate: Double, in frame: Frame
    ) -> Trace {
        let cutter = BeatCutter(
            lead: Recording.Lead(name: "", samples: recording.map(Float.init)), samplingRate: samplingRate,
            beats: rhythm.sequence.beats.map { Int((($0.rTime - start) * samplingRate).rounded()) })
        guard let window = cutter.window(ofBeat: rhythm.target) else {
            preconditionFailure("a synthetic recording without its beat")
        }
        return window.trace(in: frame)
    }

    private func generator(_ purpose: String, _ index: Int) -> SeededGenerator {
        SeededGenerator(seed: seed, purpose: "synthetic beats/\(beatClass.rawValue)/\(purpose)", index: index)
    }
}
