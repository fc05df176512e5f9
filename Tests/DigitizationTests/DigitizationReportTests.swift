import Foundation
import TestSupport
import Testing

@testable import Digitization

struct DigitizationReportTests {
    @Test func `a line of JSON has recording, page, quality and reasons`() throws {
        let scratch = try Scratch()
        let page = try #require(
            try PageDigitizer().digitize(contentsOf: try scratch.write("page.pdf", SamplePage().pdf)).pages.first)
        let report = DigitizationReport(page, file: "page.pdf", record: "out/page")
        let line = try #require(
            try JSONSerialization.jsonObject(with: Data(report.jsonLine().utf8)) as? [String: Any])
        #expect(line["file"] as? String == "page.pdf" && line["record"] as? String == "out/page")
        #expect(line["duration_s"] as? Double == 10 && line["sampling_rate_hz"] as? Double == 500)
        #expect(line["heart_rate_bpm"] as? Double == 75)
        #expect((line["leads"] as? [[String: Any]])?.count == 12)
        let entry = try #require(line["page"] as? [String: Any])
        #expect(entry["kind"] as? String == "vector" && entry["layout"] as? String == "3x4+1")
        #expect(entry["mm_per_s"] as? Double == 25 && entry["mm_per_mv"] as? Double == 10)
        #expect((entry["leads"] as? [[String: Any]])?.count == 13)
        let quality = try #require(line["quality"] as? [String: Any])
        #expect(quality["usable"] as? Bool == true && quality["snr_estimate_db"] as? Double ?? 0 > 30)
        #expect((quality["coverage"] as? [String: Double])?.values.allSatisfy { $0 > 0.99 } == true)
        #expect((line["reasons"] as? [String])?.isEmpty == true)
        // Text of the page is not kept.
        #expect(try !report.jsonLine().contains("Jane"))
        #expect(report.text.contains("12 leads, 3x4+1, 25 mm/s, 10 mm/mV"))
    }

    @Test func `a page without a result has nulls and its reason`() throws {
        let page = DigitizedPage(kind: .vector, reason: .passwordProtected)
        let report = DigitizationReport(page, file: "page.pdf", record: nil)
        let line = try #require(
            try JSONSerialization.jsonObject(with: Data(report.jsonLine().utf8)) as? [String: Any])
        #expect(line["record"] is NSNull && line["heart_rate_bpm"] is NSNull)
        #expect(line["reasons"] as? [String] == ["password_protected"])
        #expect(
            report.text == "page.pdf: not usable. The PDF is protected by a password. Save a copy without a password.")
    }
}
