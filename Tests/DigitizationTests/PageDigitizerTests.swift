import Foundation
import Imaging
import Signals
import TestSupport
import Testing

@testable import Digitization

struct PageDigitizerTests {
    private static func digitize(_ data: Data, named name: String = "page.pdf") throws -> DigitizedFile {
        let scratch = try Scratch()
        var digitizer = PageDigitizer()
        digitizer.programSeconds = 4
        return try digitizer.digitize(contentsOf: try scratch.write(name, data))
    }

    /// The largest error of a lead in mV, without its offset.
    private static func error(_ page: DigitizedPage, _ name: String) throws -> Double {
        let lead = try #require(page.recording.lead(named: name))
        let differences = lead.samples.enumerated().compactMap { index, value -> Double? in
            value.isFinite ? Double(value) - SamplePage.lead(name, Double(index) / 500) : nil
        }
        #expect(!differences.isEmpty)
        let middle = differences.sorted()[differences.count / 2]
        return differences.map { abs($0 - middle) }.max() ?? .infinity
    }

    @Test func `a page of twelve leads becomes a recording`() throws {
        let file = try Self.digitize(SamplePage().pdf)
        let page = try #require(file.pages.first)
        #expect(page.reasons.isEmpty && page.isUsable && page.kind == .vector)
        #expect(page.layout == "3x4+1" && page.leadOrder == "standard")
        #expect(page.recording.leads.map(\.name) == LeadName.standard)
        #expect(page.recording.sampleCount == 5000 && page.recording.samplingRate == 500)
        for lead in LeadName.standard { #expect(try Self.error(page, lead) < 0.005, "\(lead)") }
        let drawn = page.recording.leads.map { $0.samples.count { $0.isFinite } }
        #expect(drawn.enumerated().allSatisfy { $0 == 1 ? $1 >= 4998 : (1248 ... 1250).contains($1) }, "\(drawn)")
        #expect(page.recording.leads[6].samples.firstIndex { $0.isFinite } == 2500)
        #expect((page.estimatedSNR ?? 0) > 30)
        #expect((page.speed, page.gain) == (25, 10) && page.gainEvidence == .text)
        #expect(abs((page.pixelsPerMillimeter ?? 0) - 72 / 25.4) < 1e-3)
    }

    @Test(arguments: [2.48, 2.5])
    func `columns that are a little narrow start where their beats fit the rhythm strip`(seconds: Double) throws {
        var sample = SamplePage()
        sample.columnWidth = 62
        sample.columnSeconds = seconds
        let page = try #require(try Self.digitize(sample.pdf).pages.first)
        #expect(page.isUsable && page.layout == "3x4+1")
        for (lead, column) in [("I", 0), ("aVR", 1), ("V1", 2), ("V4", 3)] {
            #expect(try Self.error(page, lead) < 0.02, "\(lead)")
            let start = try #require(page.recording.lead(named: lead)?.samples.firstIndex { $0.isFinite })
            #expect(abs(Double(start) / 500 - seconds * Double(column)) < 0.005, "\(lead)")
        }
    }

    /// The strip ends before the third column begins, so it says nothing about the places of the last two.
    @Test func `a strip that is shorter than the columns places those that it shows`() throws {
        var sample = SamplePage()
        sample.columnWidth = 61
        sample.columnSeconds = 2.44
        sample.stripColumns = 1.8
        let page = try #require(try Self.digitize(sample.pdf).pages.first)
        #expect(page.isUsable && page.layout == "3x4+1")
        let start = try #require(page.recording.lead(named: "V4")?.samples.firstIndex { $0.isFinite })
        #expect(abs(Double(start) / 500 - 3 * 2.44) < 0.005)
    }

    @Test func `names, order and gain are as printed`() throws {
        var sample = SamplePage()
        sample.rows = [["aVL", "II", "V1", "V4"], ["I", "aVF", "V2", "V5"], ["-aVR", "III", "V3", "V6"]]
        sample.gain = 5
        sample.text = ["50 mm/s", "5 mm/mV"]
        sample.strip = nil
        let page = try #require(try Self.digitize(sample.pdf).pages.first)
        #expect(page.isUsable && page.layout == "3x4" && page.leadOrder == "cabrera")
        #expect((page.speed, page.gain) == (50, 5))
        // Drawn at 25 mm/s, read at 50 mm/s: half the time.
        #expect(page.recording.sampleCount == 2500)
        let lead = try #require(page.recording.lead(named: "aVR"))
        let lowest = lead.samples.filter(\.isFinite).min() ?? 0
        #expect(lowest < -0.8)
    }

    @Test func `without printed names the relations of the limb leads confirm the usual layout`() throws {
        var sample = SamplePage()
        sample.hasNames = false
        let page = try #require(try Self.digitize(sample.pdf).pages.first)
        #expect(page.isUsable && page.layout == "3x4+1")
        for lead in LeadName.standard { #expect(try Self.error(page, lead) < 0.005, "\(lead)") }
    }

    @Test func `a page without grid has the units of the file`() throws {
        var sample = SamplePage()
        sample.hasGrid = false
        let page = try #require(try Self.digitize(sample.pdf).pages.first)
        #expect(page.isUsable)
        #expect(try Self.error(page, "V2") < 0.005)
    }

    @Test func `exchanged names are refused, and the exchange is proposed but not applied`() throws {
        var sample = SamplePage()
        sample.printed = ["II": "aVL", "aVL": "II"]
        sample.strip = nil
        let page = try #require(try Self.digitize(sample.pdf).pages.first)
        #expect(!page.isUsable && page.reasons == [.leadsInconsistent])
        #expect(page.proposals == [.exchange("II", "aVL")])
        #expect((page.estimatedSNR ?? 99) < 8)
    }

    @Test func `pages without an ECG are left out, and a file without any says so`() throws {
        let letter = "BT /F 12 Tf 50 500 Td (Dear colleague, leads V1 and V2) Tj ET"
        let both = try Self.digitize(SamplePDF.file(pages: [letter, SamplePage().content, SamplePage().content]))
        #expect(both.pages.map(\.number) == [2, 3] && both.skippedPages == [1])
        #expect(both.pages.allSatisfy { $0.isUsable })
        let none = try Self.digitize(SamplePDF.file(pages: [letter]))
        #expect(none.pages.map(\.reasons) == [[.noPageFound]] && none.pages.allSatisfy { !$0.isUsable })
    }

    @Test func `files that cannot be read give their reason`() throws {
        #expect(try Self.digitize(SamplePDF.encrypted).pages[0].reasons == [.passwordProtected])
        #expect(try Self.digitize(Data("%PDF-1.4\nnothing".utf8)).pages[0].reasons == [.unreadable])
        #expect(try Self.digitize(Data()).pages[0].reasons == [.unreadable])
        #expect(try Self.digitize(Data("text".utf8)).pages[0].reasons == [.unreadable])
        let many = SamplePDF.file(pages: [String](repeating: "", count: 10_000))
        #expect(try Self.digitize(many).pages[0].reasons == [.tooManyPages])
        let loop = SamplePDF.file(objects: [
            "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R]/Count 1>>",
        ])
        #expect(try !Self.digitize(loop).pages[0].isUsable)
        let halves = SamplePage().pdf
        #expect(try Self.digitize(halves.prefix(halves.count / 2)).pages.count == 1)
    }

    @Test func `a form that draws itself many times over is stopped`() throws {
        // Twelve forms, each of which draws the next one ten times.
        let depth = 12
        var objects = [
            "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>",
            "<</Length 4>>stream\n/X Do\nendstream",
        ]
        for level in 0 ..< depth {
            let content = level + 1 < depth ? String(repeating: "/X Do ", count: 10) : "0 0 m 9 9 l S"
            objects.append(
                "<</Type/XObject/Subtype/Form/BBox[0 0 842 595]/Resources<</XObject<</X \(6 + level) 0 R>>>>"
                    + "/Length \(content.utf8.count)>>stream\n\(content)\nendstream")
        }
        objects.append("null")
        let start = ContinuousClock.now
        let page = try #require(try Self.digitize(SamplePDF.file(objects: objects)).pages.first)
        #expect(!page.isUsable)
        #expect(page.reasons == [.timeout] || page.reasons == [.memoryLimit] || page.reasons == [.noPageFound])
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test func `pages that are enormous or expand without end are refused within the limits`() throws {
        func hex(_ data: Data) -> String { data.map { String(format: "%02x", $0) }.joined() + ">" }
        func page(box: String, content: String, filter: String = "", other: String = "null") -> Data {
            SamplePDF.file(objects: [
                "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
                "<</Type/Page/Parent 2 0 R/MediaBox[\(box)]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
                "<</Length \(content.utf8.count)\(filter)>>stream\n\(content)\nendstream", other,
            ])
        }
        let blank = hex(Bomb.stream(of: UInt8(ascii: " "), count: 40_000_000))
        let pixels = hex(Bomb.stream(of: 0, count: 100_000))
        let image =
            "<</Type/XObject/Subtype/Image/Width 60000/Height 60000/ColorSpace/DeviceGray/BitsPerComponent 8"
            + "/Filter[/ASCIIHexDecode/FlateDecode]/Length \(pixels.utf8.count)>>stream\n\(pixels)\nendstream"
        let place = "842 0 0 595 0 0 cm /I Do"
        let a4 = "0 0 842 595"
        for (name, data) in [
            ("a page of 3.5 km", page(box: "0 0 10000000 10000000", content: "0 0 m 9 9 l S")),
            ("a picture of 3.6 gigapixels", page(box: a4, content: place, other: image)),
            ("40 MB of blanks", page(box: a4, content: blank, filter: "/Filter[/ASCIIHexDecode/FlateDecode]")),
            ("a stack of graphics states", page(box: a4, content: String(repeating: "q ", count: 200_000))),
        ] {
            let start = ContinuousClock.now
            let read = try #require(try Self.digitize(data).pages.first)
            #expect(!read.isUsable && ContinuousClock.now - start < .seconds(30), "\(name)")
        }
    }

    @Test func `damaged files end without a crash`() throws {
        let scratch = try Scratch()
        let whole = Array(SamplePage().pdf)
        var state: UInt64 = 7
        func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        for round in 0 ..< 6 {
            var bytes = whole
            for _ in 0 ..< 40 { bytes[next(bytes.count)] = UInt8(next(256)) }
            let path = try scratch.write(
                "damaged-\(round).pdf", Data(bytes.prefix(bytes.count - next(bytes.count / 2))))
            #expect(try PageDigitizer().digitize(contentsOf: path).pages.count == 1)
        }
    }

    @Test func `a missing file is an error`() {
        #expect(throws: (any Error).self) { try PageDigitizer().digitize(contentsOf: "/nowhere/page.pdf") }
        #expect(!PageDigitizer.isPage("/nowhere/page.pdf"))
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `vector pages are read to the precision of the file`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: SharedMaterial.path("data/ptbxl-pdf"))
            .filter { $0.hasSuffix(".pdf") }.map { String($0.dropLast(4)) }.sorted()
        var (values, accepted): ([Double], Int) = ([], 0)
        for name in names {
            let path = SharedMaterial.path("data/ptbxl-pdf/\(name)")
            let file = try PageDigitizer().digitize(contentsOf: path + ".pdf")
            let page = try #require(file.pages.first)
            #expect(file.pages.count == 1)
            let truth = DigitizationScore.drawn(try WFDBRecord(path).recording, columns: 4, strips: ["II"])
            if page.isUsable {
                accepted += 1
                values.append(DigitizationScore.page(truth, page.recording))
            }
        }
        let mean = values.reduce(0, +) / Double(values.count)
        print("vector pages: mean \(mean) dB, lowest \(values.min() ?? 0) dB, accepted \(accepted) of \(names.count)")
        #expect(accepted >= names.count - 2)
        #expect(mean >= 20.5)
        #expect((values.min() ?? 0) > 10)
    }
}
