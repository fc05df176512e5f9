import LinearAlgebra
import Testing

@testable import Signals

struct SyntheticRhythmTests {
    /// RR before and after the beat of interest, and the mean of the sinus rhythm.
    private func surroundings(
        of beatClass: BeatClass, _ count: Int = 150, _ body: (_ before: Double, _ after: Double, _ mean: Double) -> Void
    ) {
        drawn(count) { generator in
            let patient = SyntheticPatient(of: beatClass, using: &generator)
            let rhythm = SyntheticRhythm(of: patient, using: &generator)
            let intervals = rhythm.sequence.intervals
            body(intervals[rhythm.target - 1], intervals[rhythm.target], patient.tachogram.mean)
        }
    }

    @Test func `ventricular beats come early and their pause makes up for it`() {
        surroundings(of: .ventricular) { before, after, mean in
            #expect(before < 0.95 * after)
            // Two sinus intervals, each varying by up to 6 % (one standard deviation).
            #expect(abs(before + after - 2 * mean) < 0.5 * mean)
        }
    }

    @Test func `supraventricular beats come early and their pause is incomplete`() {
        var short = 0
        surroundings(of: .supraventricular) { before, after, mean in
            #expect(before < after)
            if before + after < 1.99 * mean { short += 1 }
        }
        #expect(short > 120)
    }

    @Test func `fusion beats come when the next beat is nearly due`() {
        surroundings(of: .fusion) { before, after, mean in
            #expect(before > 0.7 * mean)
            #expect(before < after + 0.25 * mean)
        }
    }

    @Test(arguments: [BeatClass.infarction, .hypertrophy])
    func `beats of a diseased wall keep the sinus rhythm`(beatClass: BeatClass) {
        surroundings(of: beatClass) { before, after, mean in
            #expect(abs(before - after) < 0.4 * mean)
        }
    }

    @Test func `some normal beats are next to an ectopic one`() {
        var premature = 0
        drawn(600) { generator in
            let patient = SyntheticPatient(of: .normal, using: &generator)
            let rhythm = SyntheticRhythm(of: patient, using: &generator)
            let intervals = rhythm.sequence.intervals
            if intervals.min()! < 0.85 * intervals.max()! { premature += 1 }
        }
        // 6 % of 600, within five standard deviations; an irregular sinus rhythm seldom counts too.
        #expect((8 ... 110).contains(premature))
    }

    @Test(arguments: BeatClass.allCases)
    func `the same seed gives the same rhythm`(beatClass: BeatClass) {
        func rhythm(_ seed: UInt64) -> SyntheticRhythm {
            var generator = SeededGenerator(seed: seed)
            let patient = SyntheticPatient(of: beatClass, using: &generator)
            return SyntheticRhythm(of: patient, using: &generator)
        }
        #expect(rhythm(1) == rhythm(1))
        #expect(rhythm(1) != rhythm(2))
    }
}
