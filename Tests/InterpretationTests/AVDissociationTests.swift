import Signals
import TestSupport
import Testing

@testable import Interpretation

@Suite struct AVDissociationTests {
    private static let scales = [0.6, 1, 0.4, -0.8, 0.2, 0.7, -0.5, -0.4, 0.3, 0.8, 0.9, 0.8]
    private static let names = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]

    /// QRS complexes without P waves at one rate, P waves at another.
    private func recording(
        rr: Double, pp: Double, duration: Double = 10, leads: Int = 12, pWaves: Bool = true
    ) -> Recording {
        var made = GaussianRecording(samplingRate: 500, duration: duration, interval: rr)
        made.waves = Array(GaussianRecording.normal.dropFirst())
        if pWaves { made.lonePWaves = Array(stride(from: 0.15, to: duration - 0.1, by: pp)) }
        made.scales = Array(Self.scales.prefix(leads))
        made.names = Array(Self.names.prefix(leads))
        made.noise = 0.01
        return made.recording()
    }

    @Test(arguments: [(1.4, 0.78, 10.0), (1.55, 0.66, 10), (1.7, 0.92, 20)])
    func `regular P waves without relation to slower regular QRS complexes are a third-degree block`(
        rr: Double, pp: Double, duration: Double
    ) throws {
        let interpretation = Interpretation(of: recording(rr: rr, pp: pp, duration: duration))
        let first = try #require(interpretation.rhythm.first)
        #expect(first.code == .avBlock3)
        #expect(interpretation.isUrgent)
        #expect(first.episodes == [0 ... duration])
        #expect(!RhythmCode.avBlock3.isValidated)
        #expect(
            first.evidence[0] == "P waves at \(Int((60 / pp).rounded())) per minute, "
                + "QRS complexes at \(Int((60 / rr).rounded())) per minute")
    }

    @Test func `a stretch of a long recording has a third-degree block`() throws {
        let block = recording(rr: 1.5, pp: 0.67, duration: 150, leads: 3)
        let finding = try #require(Interpretation(of: block).rhythm.first)
        #expect(finding.code == .avBlock3)
    }

    @Test(arguments: [(1.4, 0.7), (1.5, 0.5)])
    func `blocked P waves at a fixed distance are no third-degree block`(rr: Double, pp: Double) {
        #expect(!Interpretation(of: recording(rr: rr, pp: pp)).rhythm.contains { $0.code == .avBlock3 })
    }

    @Test func `a slow rhythm without P waves, sinus bradycardia and flutter are no third-degree block`() {
        let slow = recording(rr: 1.4, pp: 1, pWaves: false)
        #expect(!Interpretation(of: slow).rhythm.contains { $0.code == .avBlock3 })
        var sinus = GaussianRecording(samplingRate: 500, duration: 10, interval: 1.4)
        sinus.noise = 0.01
        #expect(!Interpretation(of: sinus.recording()).rhythm.contains { $0.code == .avBlock3 })
        let flutter = recording(rr: 1.43, pp: 0.21)
        #expect(!Interpretation(of: flutter).rhythm.contains { $0.code == .avBlock3 })
    }
}
