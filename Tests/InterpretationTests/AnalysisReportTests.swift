import Foundation
import Signals
import TestSupport
import Testing

@testable import Interpretation

@Suite struct AnalysisReportTests {
    private func object(_ recording: Recording) throws -> [String: Any] {
        let line = try AnalysisReport(Interpretation(of: recording), file: "made").jsonLine()
        #expect(!line.contains("\n"))
        return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    @Test func `a line has all keys, and beats pair with their waves`() throws {
        var made = GaussianRecording(samplingRate: 500, duration: 10, interval: 0.8)
        made.scales = [0.5, 1, -0.8]
        made.names = ["I", "II", "aVR"]
        made.noise = 0.005
        let found = try object(made.recording())
        #expect(
            Set(found.keys) == [
                "file", "duration_s", "sampling_rate_hz", "leads", "heart_rate_bpm", "beat_classes", "beats",
                "measurements",
                "rhythm", "origin", "urgent", "quality", "notice",
            ])
        #expect(found["beat_classes"] as? String == "rules")
        #expect(found["duration_s"] as? Double == 10)
        #expect(found["heart_rate_bpm"] as? Double == 75)
        let beats = try #require(found["beats"] as? [[String: Any]])
        #expect(beats.count == made.beats.count)
        for beat in beats {
            #expect(Set(beat.keys) == ["time_s", "class", "p_s", "qrs_s", "t_s"])
            #expect((beat["qrs_s"] as? [Double])?.count == 2)
        }
        let measurements = try #require(found["measurements"] as? [String: Any])
        #expect(measurements["qrs_ms"] is Double)
        let leads = try #require(measurements["leads"] as? [String: [String: Any]])
        #expect(Set(leads.keys) == ["I", "II", "aVR"])
        #expect(leads["II"]?["st_j60_mv"] is Double)
        let rhythm = try #require(found["rhythm"] as? [[String: Any]])
        #expect(rhythm.first?["code"] as? String == "sinus-rhythm")
        #expect(rhythm.first?["episodes"] as? [[Double]] == [[0, 10]])
        #expect(rhythm.first?["validated"] == nil)
        #expect((found["origin"] as? [[String: Any]])?.first?["code"] as? String == "sinus")
        #expect(found["notice"] as? String == "Not a medical device.")
    }

    @Test func `what cannot be measured is null with a reason, never 0`() throws {
        let flat = Recording(samplingRate: 250, leads: [.init(name: "II", samples: Array(repeating: 0.1, count: 2500))])
        let found = try object(flat)
        #expect(found["heart_rate_bpm"] is NSNull)
        let measurements = try #require(found["measurements"] as? [String: Any])
        #expect(measurements["pr_ms"] is NSNull)
        #expect((measurements["unmeasurable"] as? [String: String])?["pr_ms"] == "no-beats")
        let quality = try #require(found["quality"] as? [String: Any])
        #expect(quality["usable"] as? Bool == false)
        #expect((quality["reasons"] as? [String])?.contains { $0.contains("no lead has a signal") } == true)
    }

    @Test func `an absent wave is null as a whole, and an unvalidated finding says so`() throws {
        var made = GaussianRecording(samplingRate: 500, duration: 10, interval: 0.9)
        made.waves = Array(GaussianRecording.normal.dropFirst())
        made.scales = [1, 0.8, 0.6]
        made.noise = 0.005
        let found = try object(made.recording())
        let beats = try #require(found["beats"] as? [[String: Any]])
        #expect(beats.allSatisfy { $0["p_s"] is NSNull })
        let rhythm = try #require(found["rhythm"] as? [[String: Any]])
        #expect(rhythm.first?["code"] as? String == "junctional-rhythm")
        #expect(rhythm.first?["validated"] as? Bool == false)
    }
}
