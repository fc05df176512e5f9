import Foundation
import Signals
import Testing

@testable import PageDrawing

struct ScreenDrawingTests {
    private static let names = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]

    private func recording(_ names: [String], seconds: Double, level: Float = 0) -> Recording {
        Recording(
            samplingRate: 100,
            leads: names.map { name in
                Recording.Lead(name: name, samples: (0 ..< Int(seconds * 100)).map { level + ($0 % 100 == 50 ? 1 : 0) })
            })
    }

    private func svg(_ recording: Recording, layout: String? = nil, beats: [ScreenDrawing.Beat] = []) throws -> String {
        String(
            decoding: try ScreenDrawing(of: recording, layout: layout, beats: beats).svg(
                title: "A & B", description: "<text>"), as: UTF8.self)
    }

    private func attribute(_ name: String, in group: Substring) throws -> Double {
        let match = try #require(try Regex("\(name)=\"([^\"]*)\"").firstMatch(in: group))
        return try #require(Double(match.output[1].substring ?? ""))
    }

    @Test func `the attributes of a lead give the place of each sample`() throws {
        for level in [Float(0), 2] {
            let text = try svg(recording(Self.names, seconds: 10, level: level))
            let groups = text.components(separatedBy: "<g class=\"lead\"").dropFirst()
            #expect(groups.count == 13)
            for group in groups.map({ Substring($0) }) {
                let from = try attribute("data-from-s", in: group)
                // The first sample of the panel begins the trace.
                let match = try #require(
                    try Regex("<path class=\"trace\"[^>]* d=\"M([0-9.-]+) ([0-9.-]+)").firstMatch(in: group))
                let (x, y) = (Double(match.output[1].substring!)!, Double(match.output[2].substring!)!)
                #expect(abs(x - (try attribute("data-x", in: group))) < 0.002)
                let value = Double(level) + (Int((from * 100).rounded()) % 100 == 50 ? 1 : 0)
                let scale = try attribute("data-mm-per-mv", in: group)
                let expected = try attribute("data-y", in: group) - value * scale
                #expect(abs(y - expected) < 0.002)
            }
        }
    }

    @Test func `beats and waves have the times of the analysis`() throws {
        let waves = BeatWaves(
            p: nil, qrs: WaveTimes(onset: 1.4601, peak: 1.5, end: 1.5402), t: WaveTimes(onset: 1.7, peak: 1.8, end: 1.9)
        )
        let beat = ScreenDrawing.Beat(seconds: 1.5, code: "V", waves: waves)
        let text = try svg(recording(["I"], seconds: 5), beats: [beat])
        #expect(text.contains("<path class=\"qrs\"") && text.contains("data-from-s=\"1.4601\" data-to-s=\"1.5402\""))
        #expect(text.contains("data-s=\"1.5\" data-class=\"V\"") && !text.contains("class=\"p\""))
    }

    @Test func `the layout follows the page, the leads and the length`() throws {
        #expect(
            try svg(recording(Self.names, seconds: 10), layout: "6x2").components(separatedBy: "<g class").count == 13)
        #expect(
            try svg(recording(Self.names, seconds: 10), layout: "7x9").components(separatedBy: "<g class").count == 14)
        #expect(try svg(recording(["I", "V1"], seconds: 8)).components(separatedBy: "<g class").count == 3)
        // One minute of one lead in rows of 10 s.
        #expect(try svg(recording(["I"], seconds: 200)).components(separatedBy: "<g class").count == 7)
        #expect(throws: PageDrawingError.self) { try svg(Recording(samplingRate: 1, leads: [])) }
    }

    @Test func `the text for screen readers is escaped`() throws {
        let text = try svg(recording(["I"], seconds: 2))
        #expect(text.contains(">A &amp; B</title>") && text.contains(">&lt;text&gt;</desc>"))
    }
}
