import APIErrors
import Foundation
import Inference
import Interpretation
import LinearAlgebra
import PageDrawing
import Signals
import TestSupport
import Testing

@testable import Uploads

struct UploadAnalysisTests {
    private let models: UploadModels
    private let workers = Workers(count: 1)

    init() throws { models = try UploadModels(contentsOf: [ShippedModels().path(of: "twelve-lead.h5")]) }

    private func ecg() throws -> UploadedECG { try UploadReading(models: models).read(try SampleUploads.pair()) }

    private func json(_ analysis: UploadAnalysis) throws -> [String: Any] {
        let data = try analysis.json(id: "0", created: "2026-01-01T00:00:00Z", expires: nil)
        return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test func `the analysis and the prediction are the lines of the command line`() throws {
        let analysis = try UploadAnalysis(of: try ecg(), by: models, workers: workers)
        let text = String(
            decoding: try analysis.json(id: "0", created: "2026-01-01T00:00:00Z", expires: nil), as: UTF8.self)
        let record = try WFDBRecord(SampleUploads.record)
        let interpretation = Interpretation(
            of: record.recording, patient: Patient(comments: record.header.comments))
        #expect(text.contains("\"analysis\":" + (try AnalysisReport(interpretation, file: "00003_lr.hea").jsonLine())))
        let expected = try models.recordings[0].predictions(of: [SampleUploads.record + ".hea"], workers: workers)[0]
            .get()
        let line = try expected.jsonLine().replacing(expected.file, with: "00003_lr.hea")
        #expect(text.contains("\"predictions\":[\(line)]"))
    }

    @Test func `the body has the members of the contract`() throws {
        let body = try json(UploadAnalysis(of: try ecg(), by: models, workers: workers))
        #expect(body["rhythm_classification"] as? String == "Sinus rhythm")
        #expect(body["inferred_anatomic_location"] as? String == "Sinus node")
        #expect(body["ecg_image_url"] as? String == "/results/0/ecg.svg")
        #expect((body["heart_rate_bpm"] as? Double).map { abs($0 - 63.6) < 1 } == true)
        #expect((body["labels"] as? [Any])?.count == models.recordings[0].model.labelSpace.count)
        #expect(body["corrected"] as? Bool == false && body["urgent"] as? Bool == false)
        let words = try #require(body["description"] as? String)
        #expect(
            words.hasPrefix("Lead II, 10 seconds, ") && words.contains(" beats, ") && words.hasSuffix("Sinus rhythm."))
    }

    @Test func `exchanged leads are proposed, and an empty list of corrections restores the numbers`() throws {
        let ecg = try ecg()
        let first = try UploadAnalysis(of: ecg, by: models, workers: workers)
        let swapped = try UploadAnalysis(of: ecg, corrections: [.swap("I", "II")], by: models, workers: workers)
        #expect(swapped.proposals.map(\.corrections) == [[.swap("I", "II")]])
        #expect(try json(swapped)["corrected"] as? Bool == true)
        #expect(swapped.predictions[0].id != first.predictions[0].id)
        let again = try UploadAnalysis(
            of: try UploadedECG(json: ecg.json(), samples: ecg.samples), corrections: [], by: models, workers: workers)
        let bodies = try [first, again].map { try $0.json(id: "0", created: "", expires: nil) }
        #expect(bodies[0] == bodies[1])
    }

    @Test func `the report is one A4 page with the findings, and the recording reads back with its corrections`() throws
    {
        let ecg = try ecg()
        let analysis = try UploadAnalysis(of: ecg, corrections: [.flip("aVR")], by: models, workers: workers)
        let pdf = String(
            try #require(try analysis.report(id: "0", created: "2026-01-01T00:00:00Z")).map {
                Character(UnicodeScalar($0))
            })
        // 297 mm × 210 mm in points.
        #expect(pdf.contains("/MediaBox [0 0 841.89 595.276 ]") && pdf.contains("/Count 1"))
        let folder = try Scratch()
        let files = try #require(try CorrectedECG(ecg, corrections: [.flip("aVR")])).wfdb()
        try files.header.write(to: URL(fileURLWithPath: folder("recording.hea")))
        try files.signals.write(to: URL(fileURLWithPath: folder("recording.dat")))
        let written = try WFDBRecord(folder("recording"))
        let (old, new) = (
            try #require(ecg.recording).lead(named: "aVR")!.samples, written.recording.lead(named: "aVR")!.samples
        )
        #expect(zip(old, new).allSatisfy { abs($0 + $1) < 1e-3 })
        #expect(written.header.comments.contains("corrected by hand"))
    }
}
