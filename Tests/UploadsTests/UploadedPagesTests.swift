import APIErrors
import Foundation
import Imaging
import PageDrawing
import Signals
import TestSupport
import Testing

@testable import Uploads

/// Pages and pictures that are drawn from a record.
struct UploadedPagesTests {
    private func read(_ files: [UploadedFile], _ options: UploadOptions = UploadOptions()) throws -> UploadedECG {
        try UploadReading(models: UploadModels(), options: options).read(files)
    }

    @Test func `a PDF is understood with its layout, and its overlay names no patient`() throws {
        let drawing = try SampleUploads.drawing(try SampleUploads.recording())
        let ecg = try read([UploadedFile(name: "a.pdf", bytes: drawing.pdf())])
        #expect(ecg.files[0].understood == "PDF page, 12 leads, 3×4 and a rhythm strip II, 25 mm/s, 10 mm/mV")
        #expect(ecg.layout == "3x4+1" && ecg.warnings.isEmpty && ecg.recording?.leads.count == 12)
        #expect(ecg.overlay?.starts(with: [0x89, 0x50]) == true && ecg.digitization?.hasPrefix("{") == true)
    }

    @Test func `a page with exchanged leads is read, and the exchange is proposed`() throws {
        let drawing = try SampleUploads.drawing(try SampleUploads.exchanged("I", "II"))
        let ecg = try read([UploadedFile(name: "a.pdf", bytes: drawing.pdf())])
        let analysis = try UploadAnalysis(of: ecg, by: UploadModels(), workers: .init(count: 1))
        #expect(analysis.proposals.flatMap(\.corrections) == [.swap("I", "II")])
        let repaired = try UploadAnalysis(
            of: ecg, corrections: analysis.proposals.flatMap(\.corrections), by: UploadModels(),
            workers: .init(count: 1))
        #expect(repaired.proposals.isEmpty)
    }

    /// The leads of a page, cut out of its picture.
    private static let crops = Result { try crops(hasNames: true) }

    private static func crops(hasNames: Bool) throws -> [UploadedFile] {
        var style = PageStyle()
        style.hasLeadNames = hasNames
        let drawing = try PageDrawing(
            of: try SampleUploads.recording(), layout: DrawingLayout("3x4+1"), style: style)
        let page = try drawing.page(dpi: 150)
        return try drawing.truth(dpi: 150).leads.filter { !$0.isStrip }.map { lead in
            let (left, right) = (lead.boxPx.map(\.x).min()!, lead.boxPx.map(\.x).max()!)
            let (top, bottom) = (lead.boxPx.map(\.y).min()!, lead.boxPx.map(\.y).max()!)
            var pixels: [UInt8] = []
            for y in Int(top) ..< Int(bottom) {
                let row = 3 * y * page.width
                pixels += page.pixels[row + 3 * Int(left) ..< row + 3 * Int(right)]
            }
            let crop = Page(width: Int(right) - Int(left), height: Int(bottom) - Int(top), pixels: pixels)
            return UploadedFile(name: "lead_\(lead.label).png", bytes: try crop.pngData())
        }
    }

    @Test func `twelve pictures of single leads become the recording of their page`() throws {
        let ecg = try read(try Self.crops.get())
        let recording = try #require(ecg.recording)
        #expect(recording.leads.count == 12 && recording.duration == 10)
        #expect(ecg.files.allSatisfy { $0.kind == .leadPicture })
        #expect(ecg.warnings.contains("The paper speed is not on the page: 25 mm/s is assumed."))
        // Each lead is at the time of its column, with the shape of the record.
        let truth = try SampleUploads.recording()
        for (name, start) in [("II", 0.0), ("aVL", 2.5), ("V2", 5.0), ("V6", 7.5)] {
            let samples = recording.lead(named: name)!.samples
            let first = samples.firstIndex(where: \.isFinite)!
            #expect(abs(Double(first) / 500 - start) < 0.1, "\(name)")
            let expected = truth.lead(named: name)!.samples
            let pairs = stride(from: 0.3, to: 2.2, by: 0.01).map { time -> (Float, Float) in
                (samples[Int((start + time) * 500)], expected[Int((start + time) * 100)])
            }
            #expect(Self.correlation(pairs) > 0.9, "\(name)")
        }
    }

    /// The greatest correlation needs no shift, because both have the same time.
    private static func correlation(_ pairs: [(Float, Float)]) -> Float {
        let count = Float(pairs.count)
        let (a, b) = (pairs.map(\.0).reduce(0, +) / count, pairs.map(\.1).reduce(0, +) / count)
        let both = pairs.reduce(0) { $0 + ($1.0 - a) * ($1.1 - b) }
        let (left, right) = (
            pairs.reduce(0) { $0 + ($1.0 - a) * ($1.0 - a) }, pairs.reduce(0) { $0 + ($1.1 - b) * ($1.1 - b) }
        )
        return both / (left * right).squareRoot()
    }

    @Test func `pictures without names ask for them, and the form or the file names give them`() throws {
        let names = ["a.png", "b.png"]
        func crops(_ names: [String]) throws -> [UploadedFile] {
            zip(names, try Self.crops(hasNames: false)).map { UploadedFile(name: $0, bytes: $1.bytes) }
        }
        let error = try #require(throws: APIError.self) { try read(crops(names)) }
        #expect(error.code == .unknownLeads && error.file == "a.png")
        var options = UploadOptions()
        options.leadNames = ["I", "II"]
        #expect(try read(crops(names), options).recording?.leads.map(\.name) == ["I", "II"])
        #expect(try read(crops(["my_V1.png", "II.png"])).recording?.leads.map(\.name) == ["II", "V1"])
    }

    @Test func `a lead that is given twice is refused`() throws {
        let crops = try Self.crops.get()
        let error = try #require(throws: APIError.self) {
            try read([crops[1], UploadedFile(name: "lead_II.png", bytes: crops[1].bytes)])
        }
        #expect(error.code == .severalRecordings)
    }

    @Test func `a picture without an ECG is refused with what to do`() throws {
        let gray = DrawnPage.page(width: 300, height: 300) { x, y in (x * x + y * y) % 97 < 40 }
        let error = try #require(throws: APIError.self) {
            try read([UploadedFile(name: "cat.png", bytes: try gray.pngData())])
        }
        #expect(error.code.status.code == 422 && error.file == "cat.png" && !error.reason.isEmpty)
    }

    @Test func `fields of the form are checked`() throws {
        let options = try UploadOptions(["paper_speed": "50", "gain": "", "lead_names": "I, ii,,V1"])
        #expect(options.speed == 50 && options.gain == nil && options.leadNames == ["I", "II", "", "V1"])
        for texts in [["paper_speed": "fast"], ["gain": "0"], ["lead_names": "I,heart"]] {
            let error = try #require(throws: APIError.self) { try UploadOptions(texts) }
            #expect(error.code == .invalidField)
        }
    }
}
