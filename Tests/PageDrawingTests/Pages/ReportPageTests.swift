import Signals
import Testing

@testable import PageDrawing

struct ReportPageTests {
    private static let names = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]

    @Test(arguments: [(12, 10.0, 3), (12, 10.0, 30), (2, 10.0, 3), (12, 600.0, 5), (1, 3.0, 0)])
    func `a report is one A4 page in true scale, whatever it has`(leads: Int, seconds: Double, findings: Int) throws {
        let recording = Recording(
            samplingRate: 50,
            leads: Self.names.prefix(leads).map {
                Recording.Lead(name: $0, samples: [Float](repeating: 0, count: Int(seconds * 50)))
            })
        var marks = PageMarks()
        marks.heading = ["Report", "Rate"]
        marks.findings = (0 ..< findings).map { PageMarks.Finding(text: "Finding \($0)") }
        let page = try PageDrawing(reportOf: recording, layout: nil, marks: marks)
        #expect(page.size == SIMD2(297, 210))
        for panel in page.panels {
            #expect(panel.gain == 10 && panel.box.origin.y >= 20)
            #expect(panel.box.origin.y + panel.box.size.y <= 198)
            let width = (panel.window.upperBound - panel.window.lowerBound) * 25
            #expect(abs(panel.box.size.x - width) < 1e-9)
        }
    }
}
