import Signals
import TestSupport
import Testing

@testable import Interpretation

@Suite struct ConductionRulesTests {
    typealias Corner = (time: Double, level: Double)

    private func codes(_ change: (inout MadeRecording) -> Void) -> [RhythmCode] {
        var made = MadeRecording()
        made.noise = 0.005
        made.leads = Self.normalLeads
        change(&made)
        return Interpretation(of: made.recording).rhythm.map(\.code)
    }

    private static let normalLeads: [MadeRecording.Lead] = [
        .init(name: "I", p: 0.6, qrs: 0.7, t: 0.7), .init(name: "II"), .init(name: "III", p: 0.4, qrs: 0.3, t: 0.3),
        .init(name: "aVR", p: -0.8, qrs: -0.85, t: -0.85), .init(name: "aVL", p: 0.1, qrs: 0.2, t: 0.2),
        .init(name: "aVF", p: 0.7, qrs: 0.65, t: 0.65), .init(name: "V1", p: 0.3, qrs: -0.15, t: -0.2),
        .init(name: "V6", p: 0.5, qrs: 0.8, t: 0.6),
    ]

    @Test func `a normal beat has no block`() { #expect(codes { _ in } == [.sinusRhythm]) }

    @Test func `PR above 200 ms is a first-degree block`() {
        let found = codes { made in made.p = .init(onset: -0.30, end: -0.20, height: 0.15) }
        #expect(found.contains(.avBlock1))
    }

    @Test func `a wide complex with a late R wave in V1 is a right bundle branch block`() {
        // The same polygon in all leads: in V1 upright at its end.
        let corners: [Corner] = [(-0.04, 0), (-0.02, 0.4), (0, -0.3), (0.04, -0.8), (0.09, 0)]
        let found = codes { made in
            made.qrs = corners
            made.t = .init(onset: 0.18, end: 0.38, height: 0.3)
            made.leads[6].qrs = -0.7
        }
        #expect(found.contains(.bundleBranchBlockRight))
        #expect(!found.contains(.bundleBranchBlockLeft))
    }

    @Test func `R′ after S in V1 of a narrow complex is an incomplete right bundle branch block`() {
        let found = codes { made in made.leads[6].qrs = -0.7 }
        #expect(found.contains(.bundleBranchBlockRightIncomplete))
        #expect(!found.contains(.bundleBranchBlockRight))
    }

    @Test func `a wide complex with a late lateral peak and a negative V1 is a left bundle branch block`() {
        let corners: [Corner] = [(-0.06, 0), (-0.02, 0.8), (0, 0.7), (0.04, 1), (0.09, 0)]
        let found = codes { made in
            made.qrs = corners
            made.p = .init(onset: -0.24, end: -0.14, height: 0.15)
            made.t = .init(onset: 0.18, end: 0.38, height: -0.3)
        }
        #expect(found.contains(.bundleBranchBlockLeft))
        #expect(!found.contains(.bundleBranchBlockRight))
    }

    @Test func `an axis far to the left with rS in III and aVF is a left anterior fascicular block`() {
        let found = codes { made in
            // Without an S wave, so that a negative complex is rS.
            made.qrs = [(-0.04, 0), (-0.025, -0.2), (0, 1.2), (0.045, 0)]
            made.leads = Self.normalLeads.map { lead in
                var lead = lead
                switch lead.name {
                case "II": lead.qrs = -0.3
                case "III": lead.qrs = -0.9
                case "aVF": lead.qrs = -0.6
                case "aVL": lead.qrs = 0.8
                case "I": lead.qrs = 0.6
                default: break
                }
                return lead
            }
        }
        #expect(found.contains(.fascicularBlockLeftAnterior))
    }

    @Test func `a short PR interval with a slow onset is pre-excitation, which is not validated`() {
        let corners: [Corner] = [(-0.06, 0), (-0.015, 0.25), (0.01, 1.1), (0.04, -0.2), (0.07, 0)]
        let found = codes { made in
            made.qrs = corners
            made.p = .init(onset: -0.16, end: -0.08, height: 0.15)
        }
        #expect(found.contains(.preExcitation))
        #expect(!RhythmCode.preExcitation.isValidated)
    }
}
