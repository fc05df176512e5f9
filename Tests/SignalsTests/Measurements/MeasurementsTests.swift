import Foundation
import Signals
import TestSupport
import Testing

@Suite struct MeasurementsTests {
    /// Twelve leads with an axis of 60°, a deep S in V1 and V3, and a tall R in V5.
    private var twelve: MadeRecording {
        var made = MadeRecording()
        let factors: [(String, Double)] = [
            ("I", 0.5), ("II", 1), ("III", 0.5), ("aVR", -0.75), ("aVL", 0.1), ("aVF", 0.75), ("V1", -0.9),
            ("V2", -1), ("V3", -0.5), ("V4", 1), ("V5", 1.5), ("V6", 1.2),
        ]
        made.leads = factors.map { .init(name: $0.0, p: abs($0.1), qrs: $0.1, t: abs($0.1)) }
        return made
    }

    @Test func `rate, intervals and corrections are those that were made`() {
        let made = twelve
        let found = Measurements(of: made.recording, beats: made.beats)
        #expect(abs(found.heartRate.value! - 75) < 0.2)
        #expect(abs(found.prInterval.value! - 160) < 25)
        #expect(abs(found.pDuration.value! - 100) < 30)
        #expect(abs(found.qrsDuration.value! - 85) < 15)
        #expect(abs(found.qtInterval.value! - 400) < 35)
        let (qt, rr) = (found.qtInterval.value!, 60 / found.heartRate.value!)
        #expect(abs(found.qtcBazett.value! - qt / rr.squareRoot()) < 1e-9)
        #expect(abs(found.qtcFridericia.value! - qt / pow(rr, 1 / 3)) < 1e-9)
        #expect(found.pDecision?.isPresent == true)
        #expect(found.pConsistency.value! > 2)
        #expect(found.pShare.value == 1)
        #expect(found.delineation == Delineation(of: made.recording, beats: made.beats))
    }

    @Test func `axes are those of the factors of the leads`() {
        var made = twelve
        // P along 0°: I 1, II ½, III −½, aVF 0. T along −90°: I 0, II and III −√3/2, aVF −√3/2.
        for (lead, p, t) in [(0, 1.0, 0.0), (1, 0.5, -0.866), (2, -0.5, -0.866), (5, 0, -0.866)] {
            made.leads[lead].p = p
            made.leads[lead].t = t
        }
        let found = Measurements(of: made.recording, beats: made.beats)
        #expect(abs(found.qrsAxis.value! - 60) < 2)
        #expect(abs(found.pAxis.value! - 0) < 4)
        #expect(abs(found.tAxis.value! + 90) < 4)
    }

    @Test func `amplitudes are those of the made leads`() {
        var made = twelve
        made.stLevel = 0.2
        let found = Measurements(of: made.recording, beats: made.beats)
        let two = found.leads[1]
        #expect(two.name == "II")
        #expect(abs(two.q.value! + 0.12) < 0.02)
        #expect(abs(two.r.value! - 1.2) < 0.05)
        #expect(abs(two.s.value! + 0.35) < 0.03)
        // Q passes −0.03 mV 36 ms and 23 ms before the R peak.
        #expect(abs(two.qDuration.value! - 13) <= 4)
        for value in [two.stJ, two.stJ60, two.stJ80] { #expect(abs(value.value! - 0.2) < 0.02) }
        #expect(abs(two.t.value! - 0.3) < 0.22)
        #expect(abs(two.p.value! - 0.15) < 0.02)
        // Lead V2 is inverted: its first deflection is upward, then a deep one, then upward.
        let v2 = found.leads[7]
        #expect(abs(v2.r.value! - 0.35) < 0.03)
        #expect(abs(v2.q.value! + 1.2) < 0.05)
    }

    @Test func `a complex that is all negative is a QS complex`() {
        var made = MadeRecording()
        made.qrs = [(-0.04, 0), (0, -1), (0.05, 0)]
        let lead = Measurements(of: made.recording, beats: made.beats).leads[0]
        #expect(lead.r.value == 0)
        #expect(lead.q == lead.s)
        #expect(abs(lead.q.value! + 1) < 0.04)
        #expect(abs(lead.qDuration.value! - 90) < 12)
    }

    @Test func `beats without P wave have reasons in the place of its measurements`() {
        var made = twelve
        made.p = nil
        made.noise = 0.01
        let found = Measurements(of: made.recording, beats: made.beats)
        #expect(found.prInterval == MeasuredValue(.noPWave))
        #expect(found.pDuration == MeasuredValue(.noPWave))
        #expect(found.pAxis == MeasuredValue(.noPWave))
        #expect(found.leads[1].p == MeasuredValue(.noPWave))
        #expect(found.pShare.value == 0)
        #expect(found.qrsDuration.value != nil)
    }

    @Test func `missing leads, beats and signals have reasons`() {
        let made = MadeRecording()
        let single = Measurements(of: made.recording, beats: made.beats)
        #expect(single.qrsAxis == MeasuredValue(.leadMissing))
        #expect(single.hypertrophy.sokolowLyon == MeasuredValue(.leadMissing))
        #expect(single.hypertrophy.cornellProduct(for: .female) == MeasuredValue(.leadMissing))
        let none = Measurements(of: made.recording, beats: MadeRecording.beats([], samplingRate: 500))
        #expect(none.heartRate == MeasuredValue(.tooFewBeats))
        #expect(none.prInterval == MeasuredValue(.noBeats))
        #expect(none.qrsDuration == MeasuredValue(.noBeats))
        #expect(none.qtcBazett == MeasuredValue(.noBeats))
        #expect(none.qrsAxis == MeasuredValue(.noBeats))
        #expect(none.leads[0].r == MeasuredValue(.noBeats))
        #expect(none.pDecision == nil)
        let silent = Recording(
            samplingRate: 500, leads: [.init(name: "II", samples: Array(repeating: .nan, count: 5000))])
        let unseen = Measurements(of: silent, beats: made.beats)
        #expect(unseen.qrsDuration == MeasuredValue(.noQRSComplex))
        #expect(unseen.leads[0].r == MeasuredValue(.noQRSComplex))
        #expect(unseen.heartRate.value != nil)
    }
}
