import Files
import Foundation
import GRDB
import TestSupport
import Testing

@testable import Accounts
@testable import Storage

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

    @Test func `a repeated export removes the rows and pictures of withdrawn and deleted accounts`() async throws {
        let sample = try sample()
        let export = FeedbackExport(database: sample.storage.path)
        let folder = sample.scratch("set")
        _ = try export.write(to: folder)
        // The row of another source has a picture in the same folder.
        let manifest = sample.scratch("set/manifest.csv")
        var table = try CSVTable(contentsOf: manifest)
        let foreign = table.header.map { ["path": "pictures/own.png", "labels": "N", "group": "mine"][$0] ?? "" }
        table = CSVTable(header: table.header, rows: table.rows.map(\.fields) + [foreign])
        try table.write(to: manifest)
        try sample.scratch.write("set/pictures/own.png", Data("own".utf8))
        func paths() throws -> [String] { try CSVTable(contentsOf: manifest).rows.map { $0.fields[0] } }

        let users = try await sample.storage.read {
            try String.fetchAll($0, sql: "SELECT email FROM users ORDER BY id")
        }
        #expect(users == ["doctor@a.org", "patient@a.org", "other@a.org"])
        // An expired picture stays in the data set, and so does an expired result.
        try await sample.storage.write { try $0.execute(sql: "DELETE FROM results WHERE id = 'three'") }
        #expect(try export.write(to: folder) == .init(corrections: 0, withoutPicture: 1))
        #expect(try paths() == ["pictures/one.png", "pictures/three.png", "pictures/own.png"])

        try await sample.storage.write { try $0.execute(sql: "UPDATE users SET training = 0 WHERE id = 2") }
        #expect(try export.write(to: folder) == .init(corrections: 0, withoutPicture: 0, removed: 1))
        #expect(try paths() == ["pictures/three.png", "pictures/own.png"])
        _ = try await AccountErasure(storage: sample.storage).erase(user: 3, email: "other@a.org")
        #expect(try export.write(to: folder).removed == 1)
        #expect(try paths() == ["pictures/own.png"])
        #expect(try sample.scratch.names(in: "set/pictures") == ["own.png"])
    }

    @Test func `a withdrawn correction leaves the data set, and a frozen data set keeps everything`() async throws {
        let sample = try sample()
        let export = FeedbackExport(database: sample.storage.path)
        let folder = sample.scratch("set")
        _ = try export.write(to: folder)
        try await sample.storage.write {
            try $0.execute(
                sql: "DELETE FROM feedback WHERE result = (SELECT number FROM results WHERE id = 'three')")
        }
        #expect(try export.write(to: folder).removed == 1)
        #expect(try sample.scratch.names(in: "set/pictures") == ["one.png"])
        try await sample.storage.write { try $0.execute(sql: "UPDATE users SET training = 0") }
        let manifest = "# frozen\n" + (try sample.scratch.text("set/manifest.csv"))
        try sample.scratch.write("set/manifest.csv", manifest)
        #expect(throws: FeedbackExportError.self) { try export.write(to: folder) }
        #expect(try sample.scratch.names(in: "set/pictures") == ["one.png"])
        #expect(try sample.scratch.text("set/manifest.csv") == manifest)
    }

    @Test func `one user alone can read the exported files`() throws {
        let sample = try sample()
        _ = try FeedbackExport(database: sample.storage.path).write(to: sample.scratch("set"))
        let everything = sample.scratch.everything().filter { $0.hasPrefix("set") }
        #expect(everything.contains("set/pictures/one.png") && everything.contains("set/labels.yaml"))
        for name in everything {
            let isFolder = ["set", "set/pictures"].contains(name)
            #expect(try sample.scratch.mode(of: name) == (isFolder ? 0o700 : 0o600), "\(name)")
        }
    }

    @Test func `the same picture of two accounts is one row, with the newest correction`() throws {
        let sample = try sample()
        let other = try sample.storage.addUser("same@a.org", training: true)
        try sample.storage.addResult(
            "one", user: other, answer: try SampleAnswers.prediction(), picture: try SpikePicture.png(1))
        try sample.storage.addFeedback(["S"], of: "one", by: 1)
        let export = FeedbackExport(database: sample.storage.path)
        #expect(try export.write(to: sample.scratch("set")) == .init(corrections: 2, withoutPicture: 1))
        let table = try CSVTable(contentsOf: sample.scratch("set/manifest.csv"))
        #expect(table.rows.map { $0.fields[1] } == ["S", "V"])
        #expect(try export.write(to: sample.scratch("set")).corrections == 0, "nothing changes")
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
        #expect(try sample.scratch.mode(of: "set/traces/one") == 0o700)
        #expect(try sample.scratch.mode(of: "set/traces/one/recording.dat") == 0o600)
        // A withdrawn recording leaves the data set.
        func allow(_ isAllowed: Bool) async throws {
            try await sample.storage.write {
                try $0.execute(sql: "UPDATE users SET training = ? WHERE id = ?", arguments: [isAllowed, patient])
            }
        }
        try await allow(false)
        #expect(
            try FeedbackExport(database: sample.storage.path).write(to: folder)
                == .init(corrections: 0, withoutPicture: 0, removed: 1))
        #expect(try sample.scratch.names(in: "set/traces").isEmpty)
        #expect(try CSVTable(contentsOf: "\(folder)/traces.csv").rows.isEmpty)
        try await allow(true)
        // The review queue and the replay skip uploads.
        let clinician = try sample.storage.addUser("doctor@a.org", role: "clinician")
        #expect(try await ReviewQueue(storage: sample.storage).next(for: clinician, count: 10).isEmpty)
        #expect(throws: ResultReplayError.self) { try ResultReplay("one", database: sample.storage.path) }
    }
}
