import Signals
import TestSupport
import Testing

@testable import Interpretation

@Suite struct InterpretationTextTests {
    @Test func `a short recording has one line for each finding`() {
        var made = GaussianRecording(samplingRate: 500, duration: 10, interval: 0.8)
        made.scales = [0.5, 1]
        made.names = ["I", "II"]
        made.noise = 0.005
        let lines = Interpretation(of: made.recording()).terminalText(file: "made").split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0] == "made: 10 s, 500 Hz, 2 leads, 12 beats")
        #expect(lines[1].hasPrefix("  rate 75 bpm, PR "))
        #expect(lines[2].hasPrefix("  Sinus rhythm: P before 100 % of the QRS complexes; 75 beats per minute"))
    }

    @Test func `a long recording has its main rhythm first, the number of episodes and their duration, in ten lines`() {
        let slow = Array(stride(from: 0.4, to: 200, by: 1.3))
        var times = slow + Array(stride(from: slow.last! + 0.8, to: 599, by: 0.8))
        var ventricular: Set<Int> = []
        // Single beats, a couplet, a run, bigeminy and trigeminy.
        for first in [300, 310, 311, 330, 331, 332, 350, 352, 354, 356, 370, 373, 376, 379] {
            ventricular.insert(first)
            times[first] -= 0.25
        }
        var made = GaussianRecording(samplingRate: 250, duration: 600, beats: times)
        made.ventricular = ventricular
        made.scales = [0.6, 1]
        made.names = ["I", "II"]
        made.noise = 0.01
        let lines = Interpretation(of: made.recording()).terminalText(file: "made").split(separator: "\n")
        #expect(lines.count <= 10)
        #expect(lines[0].hasPrefix("made: 10 min, 250 Hz"))
        #expect(lines[2].hasPrefix("  Sinus rhythm: "))
        #expect(lines[2].contains(" in all; "))
        #expect(lines.contains { $0.hasPrefix("  Sinus bradycardia: 1 episode, 3 min") })
        #expect(lines.contains { $0.hasPrefix("  Also: ") })
    }

    @Test(arguments: [(45.2, "45 s"), (60, "1 min"), (725, "12 min 5 s"), (86_340, "23 h 59 min")])
    func `durations are short`(seconds: Double, text: String) {
        #expect(Text.duration(seconds) == text)
    }
}
