import Foundation
import Signals
import Testing

@testable import PageDrawing

@Suite struct AnalysisPageTests {
    private var marks: PageMarks {
        var marks = PageMarks()
        marks.heading = ["record 7", "Rate 60 bpm"]
        marks.findings = [
            .init(text: "Sinus rhythm", episodes: [0 ... 10]),
            .init(text: "Ventricular tachycardia", isUrgent: true, episodes: [4 ... 6]),
        ]
        marks.classes = [.normal, .ventricular]
        marks.waves = [
            BeatWaves(
                p: WaveTimes(onset: 1, peak: 1.05, end: 1.1), qrs: WaveTimes(onset: 1.16, peak: 1.2, end: 1.26),
                t: WaveTimes(onset: 1.4, peak: 1.5, end: 1.6)),
            BeatWaves(p: nil, qrs: WaveTimes(onset: 5, peak: 5.1, end: 5.2), t: nil),
        ]
        marks.footer = "Not a medical device."
        return marks
    }

    private func texts(_ drawing: PageDrawing) -> [String] { drawing.shapes.compactMap { $0.text?.content } }

    @Test func `twelve leads are drawn as a table with findings in words and waves by letter`() throws {
        let drawing = try PageDrawing(of: MadeLeads.waves(), marks: marks)
        #expect(drawing.layoutName == "3x4+1")
        let texts = texts(drawing)
        for text in ["record 7", "1  Sinus rhythm", "2  URGENT: Ventricular tachycardia", "P", "N", "T", "V"] {
            #expect(texts.contains(text), "\(text)")
        }
        // The episode that is not the whole recording has its number at the strip.
        #expect(texts.filter { $0 == "2" }.count == 1 && !texts.contains("1"))
        #expect(texts.contains { $0.hasSuffix("Not a medical device.") })
    }

    @Test func `bands lie where the waves are`() throws {
        let drawing = try PageDrawing(of: MadeLeads.waves(), marks: marks)
        let bands = drawing.shapes.filter {
            $0.paint == .rectangle && $0.lines[0][0].x > 0 && $0.lines[0][1].y - $0.lines[0][0].y > 30
        }
        let strip = try #require(drawing.panels.last)
        let inStrip = bands.filter { $0.lines[0][0].y == strip.box.origin.y }.map {
            ($0.lines[0][0].x, $0.lines[0][1].x)
        }
        // 25 mm/s from x = 23.5.
        let expected = [(48.5, 51.0), (52.5, 55.0), (58.5, 63.5), (148.5, 153.5)]
        #expect(inStrip.count == 4)
        for (found, wanted) in zip(inStrip, expected) {
            #expect(abs(found.0 - wanted.0) < 1e-9 && abs(found.1 - wanted.1) < 1e-9)
        }
        // 1 s to 1.6 s are in the first column of three rows, 5 s in the third.
        #expect(bands.count == 4 + 3 * 3 + 3)
    }

    @Test func `a long recording shows its first rows and the later episodes, and says so`() throws {
        var marks = marks
        marks.findings[1].episodes = [200 ... 203, 400 ... 401]
        let recording = Recording(
            samplingRate: 100, leads: [.init(name: "II", samples: [Float](repeating: 0, count: 60_000))])
        let drawing = try PageDrawing(of: recording, marks: marks)
        #expect(drawing.panels.map(\.window.lowerBound) == [0, 10, 20, 30, 40, 50, 198, 398])
        #expect(
            texts(drawing).contains(
                "Drawn: the first 1:00 min of 10:00 min, then the beginnings of episodes at 3:18 min, 6:38 min."))
    }

    @Test func `a text that is too long is cut`() throws {
        var marks = marks
        marks.findings[0].text = String(repeating: "evidence ", count: 60)
        let drawing = try PageDrawing(of: MadeLeads.waves(), marks: marks)
        for shape in drawing.shapes {
            guard let text = shape.text else { continue }
            #expect(text.box.origin.x + text.box.size.x <= 297, "\(text.content)")
        }
    }
}
