import Files
import Foundation
import Testing

@testable import Records
@testable import Serving

struct FeedbackExportTests {
    private func sample() async throws -> MailSample {
        let sample = try MailSample()
        let clinician = try sample.addUser("doctor@a.org", role: "clinician")
        let patient = try sample.addUser("patient@a.org", training: true)
        let other = try sample.addUser("other@a.org", training: true)
        let answer = try SampleAnswers.prediction()
        try sample.addResult("one", user: patient, answer: answer, picture: try ServedModel.picture(1), input: "abc")
        try sample.addResult("two", user: patient, answer: answer)
        try sample.addResult("own", user: clinician, answer: answer, picture: try ServedModel.picture(2))
        try sample.addResult("three", user: other, answer: answer, picture: try ServedModel.picture(3))
        let queue = ReviewQueue(storage: sample.storage)
        for id in ["one", "two", "own", "three"] {
            try await queue.record(["V"], note: "", of: id, by: clinician)
        }
        try await queue.record(["N", "V"], note: "", of: "one", by: clinician)
        return sample
    }

    @Test func `the newest corrections of those who allow it become a data set`() async throws {
        let sample = try await sample()
        let export = FeedbackExport(database: sample.storage.path)
        let folder = "\(sample.folder)/set"
        #expect(try export.write(to: folder) == .init(corrections: 2, withoutPicture: 1))
        let table = try CSVTable(contentsOf: "\(folder)/manifest.csv")
        #expect(table.header == FeedbackExport.header)
        #expect(table.rows.map { $0.fields[0] } == ["pictures/one.png", "pictures/three.png"])
        #expect(table.rows.map { $0.fields[1] } == ["N|V", "V"])
        #expect(Set(table.rows.map { $0.fields[2] }).count == 2)
        #expect(table.rows[0].fields[4] == "V" && table.rows[0].fields[8] == "abc")
        #expect(try !String(contentsOfFile: "\(folder)/manifest.csv", encoding: .utf8).contains("@"))
        let picture = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/pictures/one.png"))
        #expect(picture == (try ServedModel.picture(1)))
        // Once more changes nothing.
        #expect(try export.write(to: folder) == .init(corrections: 0, withoutPicture: 1))
        #expect(try CSVTable(contentsOf: "\(folder)/manifest.csv") == table)
        let shown = try Program.run("heartsense", ["dataset", "show", folder], in: sample.folder)
        #expect(shown.status == 0, "\(shown.errors)")
    }

    @Test func `a data set that is there keeps its rows and columns`() async throws {
        let sample = try await sample()
        let folder = "\(sample.folder)/set"
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
    func `a frozen data set is left as it is`(manifest: String) async throws {
        let sample = try await sample()
        let folder = "\(sample.folder)/set"
        try AtomicFile.makeFolder(folder)
        try AtomicFile.write(manifest, to: "\(folder)/manifest.csv")
        #expect(throws: FeedbackExportError.frozen(manifest: "\(folder)/manifest.csv")) {
            try FeedbackExport(database: sample.storage.path).write(to: folder)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["manifest.csv"])
        #expect(try String(contentsOfFile: "\(folder)/manifest.csv", encoding: .utf8) == manifest)
    }

    @Test func `a folder of something else is left alone`() async throws {
        let sample = try await sample()
        #expect(throws: FeedbackExportError.notADataset(folder: sample.folder)) {
            try FeedbackExport(database: sample.storage.path).write(to: sample.folder)
        }
    }
}
