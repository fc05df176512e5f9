import Files
import Foundation
import TestSupport
import Testing

@testable import Accounts

struct FeedbackExportTests {
    private func sample() throws -> StoredSample {
        let sample = try StoredSample()
        let clinician = try sample.storage.addUser("doctor@a.org", role: "clinician")
        let patient = try sample.storage.addUser("patient@a.org", training: true)
        let other = try sample.storage.addUser("other@a.org", training: true)
        let answer = try SampleAnswers.prediction()
        try sample.storage.addResult(
            "one", user: patient, answer: answer, picture: try SpikePicture.png(1), input: "abc")
        try sample.storage.addResult("two", user: patient, answer: answer)
        try sample.storage.addResult("own", user: clinician, answer: answer, picture: try SpikePicture.png(2))
        try sample.storage.addResult("three", user: other, answer: answer, picture: try SpikePicture.png(3))
        for id in ["one", "two", "own", "three"] { try sample.storage.addFeedback(["V"], of: id, by: clinician) }
        try sample.storage.addFeedback(["N", "V"], of: "one", by: clinician)
        return sample
    }

    @Test func `the newest corrections of accounts that allow training become a data set`() throws {
        let sample = try sample()
        let export = FeedbackExport(database: sample.storage.path)
        let folder = sample.scratch("set")
        #expect(try export.write(to: folder) == .init(corrections: 2, withoutPicture: 1))
        let table = try CSVTable(contentsOf: "\(folder)/manifest.csv")
        #expect(table.header == FeedbackExport.header)
        #expect(table.rows.map { $0.fields[0] } == ["pictures/one.png", "pictures/three.png"])
        #expect(table.rows.map { $0.fields[1] } == ["N|V", "V"])
        #expect(Set(table.rows.map { $0.fields[2] }).count == 2)
        #expect(table.rows[0].fields[4] == "V" && table.rows[0].fields[8] == "abc")
        #expect(try !String(contentsOfFile: "\(folder)/manifest.csv", encoding: .utf8).contains("@"))
        let picture = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/pictures/one.png"))
        #expect(picture == (try SpikePicture.png(1)))
        // A repeated export changes nothing.
        #expect(try export.write(to: folder) == .init(corrections: 0, withoutPicture: 1))
        #expect(try CSVTable(contentsOf: "\(folder)/manifest.csv") == table)
        let shown = try Program.run("heartsense", ["dataset", "show", folder], in: sample.scratch.path)
        #expect(shown.status == 0, "\(shown.errors)")
    }

    @Test func `an existing data set keeps its rows and columns`() throws {
        let sample = try sample()
        let folder = sample.scratch("set")
        try AtomicFile.makeFolder(folder)
        try AtomicFile.write("path,labels,site\na.png,N,here\n", to: "\(folder)/manifest.csv")
        _ = try FeedbackExport(database: sample.storage.path).write(to: folder)
        let table = try CSVTable(contentsOf: "\(folder)/manifest.csv")
        #expect(table.header.prefix(3) == ["path", "labels", "site"])
        #expect(table.rows[0].fields.prefix(3) == ["a.png", "N", "here"])
        #expect(table.rows.count == 3)
    }

    @Test(arguments: [
        "path,labels,frozen\na.png,N,yes\n", "path,labels,frozen\na.png,N,0\nb.png,N,1\n",
        "# frozen since the paper\npath,labels\na.png,N\n", "path,labels\na.png,N\n#Frozen\n",
    ])
    func `a frozen data set stays unchanged`(manifest: String) throws {
        let sample = try sample()
        let folder = sample.scratch("set")
        try AtomicFile.makeFolder(folder)
        try AtomicFile.write(manifest, to: "\(folder)/manifest.csv")
        #expect(throws: FeedbackExportError.frozen(manifest: "\(folder)/manifest.csv")) {
            try FeedbackExport(database: sample.storage.path).write(to: folder)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["manifest.csv"])
        #expect(try String(contentsOfFile: "\(folder)/manifest.csv", encoding: .utf8) == manifest)
    }

    @Test func `a folder with other files stays unchanged`() throws {
        let sample = try sample()
        #expect(throws: FeedbackExportError.notADataset(folder: sample.scratch.path)) {
            try FeedbackExport(database: sample.storage.path).write(to: sample.scratch.path)
        }
    }

    @Test func `corrected recordings of accounts that allow training are exported with their corrections`() async throws
    {
        let sample = try StoredSample()
        let patient = try sample.storage.addUser("patient@a.org", training: true)
        let other = try sample.storage.addUser("other@a.org")
        let records = UploadRecords(storage: sample.storage)
        let corrections = Data(#"[{"change":"flip","lead":"aVR"}]"#.utf8)
        for (id, user, list) in [
            ("one", patient, corrections), ("two", patient, Data("[]".utf8)), ("three", other, corrections),
        ] {
            try await records.put(
                .init(id: id, file: "a.pdf", prediction: nil, input: "abc"), answer: #"{"id":"x","predictions":[]}"#,
                files: [
                    UploadRecords.corrections: list, UploadRecords.header: Data("header".utf8),
                    UploadRecords.signals: Data([1, 2]),
                ], for: user)
        }
        let folder = sample.scratch("set")
        #expect(
            try FeedbackExport(database: sample.storage.path).write(to: folder)
                == .init(corrections: 0, withoutPicture: 0, traces: 1))
        let table = try CSVTable(contentsOf: "\(folder)/traces.csv")
        #expect(table.rows.map { $0.fields[0] } == ["traces/one/recording.hea"])
        #expect(table.rows[0].fields[3] == "abc" && table.rows[0].fields[1].hasPrefix("account-"))
        #expect(try FileContent.bytes(of: "\(folder)/traces/one/corrections.json") == corrections)
        #expect(try FileContent.bytes(of: "\(folder)/traces/one/recording.dat") == Data([1, 2]))
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/traces/three"))
        // The review queue and the replay skip uploads.
        let clinician = try sample.storage.addUser("doctor@a.org", role: "clinician")
        #expect(try await ReviewQueue(storage: sample.storage).next(for: clinician, count: 10).isEmpty)
        #expect(throws: ResultReplayError.self) { try ResultReplay("one", database: sample.storage.path) }
    }
}
