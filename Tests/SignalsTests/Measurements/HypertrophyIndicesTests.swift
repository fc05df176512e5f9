import Signals
import TestSupport
import Testing

@Suite struct HypertrophyIndicesTests {
    /// Leads with an R of 1.2 mV and an S of 0.35 mV, times the factors.
    private func indices(_ factors: [(String, Double)]) -> (HypertrophyIndices, Measurements) {
        var made = MadeRecording()
        made.leads = factors.map { .init(name: $0.0, p: 1, qrs: $0.1, t: 1) }
        let measurements = Measurements(of: made.recording, beats: made.beats)
        return (measurements.hypertrophy, measurements)
    }

    @Test func `indices are the sums of the amplitudes of their leads`() {
        let (found, all) = indices([("V1", 2), ("V3", 3), ("V5", 1), ("V6", 1.5), ("aVL", 0.5)])
        // S of V1 0.7 + R of V6 1.8; R of aVL 0.6 + S of V3 1.05.
        #expect(abs(found.sokolowLyon.value! - 2.5) < 0.1)
        #expect(abs(found.cornell.value! - 1.65) < 0.1)
        let product = found.cornell.value! * all.qrsDuration.value!
        #expect(abs(found.cornellProduct.value! - product) < 1e-9)
        #expect(found.cornellProduct(for: .male) == found.cornellProduct)
        #expect(abs(found.cornellProduct(for: .female).value! - product - 0.6 * all.qrsDuration.value!) < 1e-9)
    }

    @Test func `one of the two lateral leads is enough`() {
        let (found, _) = indices([("V1", 2), ("v5", 1)])
        #expect(abs(found.sokolowLyon.value! - 1.9) < 0.1)
        #expect(found.cornell.reason == .leadMissing)
    }

    @Test func `a late R wave in V1 does not hide the S wave before it`() {
        var made = MadeRecording()
        made.qrs = [(-0.04, 0), (-0.03, 0.2), (-0.01, -1), (0.02, 0.4), (0.045, 0)]
        made.leads = [.init(name: "V1"), .init(name: "V5")]
        let measurements = Measurements(of: made.recording, beats: made.beats)
        #expect(measurements.leads[0].s.value! > -0.2)
        // The deepest deflection of V1, 1 mV, + R of V5, 0.4 mV.
        #expect(abs(measurements.hypertrophy.sokolowLyon.value! - 1.4) < 0.1)
    }

    @Test func `limits depend on sex where the source says so`() {
        #expect(HypertrophyIndices.cornellLimit(for: .female) == 2.0)
        #expect(HypertrophyIndices.cornellLimit(for: .male) == 2.8)
        #expect(HypertrophyIndices.sokolowLyonLimit == 3.5)
        #expect(HypertrophyIndices.cornellProductLimit == 244)
    }
}
