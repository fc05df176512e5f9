import Signals
import TestSupport
import Testing

@testable import Interpretation

@Suite struct InterpretationTests {
    private struct NoClasses: Error {}

    private func made() -> GaussianRecording {
        var made = GaussianRecording(samplingRate: 250, duration: 60, interval: 0.8)
        made.names = ["II"]
        for beat in stride(from: 5, to: made.beats.count, by: 9) { made.beats[beat] -= 0.25 }
        return made
    }

    @Test func `the findings follow the classes that a classifier gives`() throws {
        let recording = made().recording()
        let rules = Interpretation(of: recording)
        #expect(!rules.rhythm.contains { $0.code == .ventricularPrematureBeats })
        let other = Interpretation(
            of: recording,
            classify: { beats in
                beats.with(classes: beats.beats.indices.map { $0 % 9 == 5 ? .ventricular : .normal })
            })
        #expect(other.beats.samples == rules.beats.samples)
        #expect(other.beats.beats[5].beatClass == .ventricular)
        #expect(other.rhythm.contains { $0.code == .ventricularPrematureBeats })
    }

    @Test func `an error of the classifier is thrown`() {
        #expect(throws: NoClasses.self) {
            try Interpretation(of: made().recording(), classify: { _ in throw NoClasses() })
        }
    }
}
