import Files
import Foundation
import GRDB
import TestSupport
import Testing

@testable import Accounts

struct RecordingExportTests {
    @Test func `reviewed recordings become a data set with the labels of their model, until they are withdrawn`()
        async throws
    {
        let sample = try StoredSample()
        let clinician = try sample.storage.addUser("doctor@a.org", role: "clinician")
        let patient = try sample.storage.addUser("patient@a.org", training: true)
        let other = try sample.storage.addUser("other@a.org")
        let records = UploadRecords(storage: sample.storage)
        let prediction = try SampleAnswers.prediction()
        for (id, user) in [("one", patient), ("two", patient), ("three", other)] {
            try await records.put(
                .init(id: id, file: "a.pdf", prediction: prediction, input: "abc"),
                answer: "{\"id\":\"\(id)\",\"predictions\":[\(try prediction.jsonLine())]}",
                files: [
                    UploadRecords.corrections: Data("[]".utf8), UploadRecords.header: Data("header".utf8),
                    UploadRecords.signals: Data([1, 2]),
                ], for: user)
            try sample.storage.addFeedback(["N"], of: id, by: clinician)
        }
        try sample.storage.addFeedback(["N", "V"], of: "one", by: clinician)
        try sample.storage.addFeedback([], of: "one", by: clinician)
        let folder = sample.scratch("set")
        let export = FeedbackExport(database: sample.storage.path)
        let outcome = try export.write(to: folder)
        #expect(outcome == .init(corrections: 0, withoutPicture: 0, recordings: 2))
        let table = try CSVTable(contentsOf: "\(folder)/recordings/manifest.csv")
        #expect(table.rows.map { $0.fields[0] } == ["one/recording.hea", "two/recording.hea"])
        #expect(table.rows.map { $0.fields[1] } == ["N|V", "N"])
        #expect(table.rows[0].fields[4] == "V" && table.rows[0].fields[2].hasPrefix("account-"))
        #expect(try FileContent.bytes(of: "\(folder)/recordings/one/recording.dat") == Data([1, 2]))
        let space = try String(contentsOfFile: "\(folder)/recordings/labels.yaml", encoding: .utf8)
        #expect(space.contains("code: \"N\"") && space.contains("Ventricular arrhythmia"))
        #expect(try export.write(to: folder).recordings == 0, "a repeated export changes nothing")

        try await sample.storage.write { try $0.execute(sql: "UPDATE users SET training = 0") }
        #expect(try export.write(to: folder).removed == 2)
        #expect(try CSVTable(contentsOf: "\(folder)/recordings/manifest.csv").rows.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/recordings/one"))
    }
}
