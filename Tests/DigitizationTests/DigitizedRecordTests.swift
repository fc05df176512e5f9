import Foundation
import Signals
import TestSupport
import Testing

@testable import Digitization

struct DigitizedRecordTests {
    private static func page() -> DigitizedPage {
        var page = DigitizedPage(kind: .vector, reason: .noGrid)
        page.recording = Recording(
            samplingRate: 500,
            leads: [.init(name: "I", samples: [0.5, .nan]), .init(name: "aVR", samples: [-1.25, 2])])
        return page
    }

    @Test func `CSV has seconds and millivolts, and is empty where nothing was read`() {
        #expect(Self.page().csv == "time_s,I_mv,aVR_mv\n0.000,0.5000,-1.2500\n0.002,,2.0000\n")
    }

    @Test func `a record has the samples and the scale, but no text of the page`() throws {
        let scratch = try Scratch()
        try Self.page().writeRecord(to: scratch("one"))
        let record = try WFDBRecord(scratch("one"))
        #expect(record.recording.leads.map(\.name) == ["I", "aVR"])
        #expect(abs(record.recording.leads[1].samples[0] + 1.25) < 1e-3 && record.recording.leads[0].samples[1].isNaN)
        #expect(try scratch.text("one.hea").contains("25.0 mm/s"))
    }
}
