import Foundation
import Inference
import TestSupport
import Testing

@testable import APIErrors
@testable import Accounts

struct ReviewQueueTests {
    @Test func `the priority is uncertainty, entropy and disagreement`() throws {
        // V: score 0.934, votes 0.934 and 0.5. The entropy of 0.934 is 0.3509 bits, the largest of the labels.
        let certain = try SampleAnswers.prediction()
        #expect(abs(certain.reviewPriority - (0.35085 + 0.4996)) < 1e-4)
        let uncertain = try SampleAnswers.prediction(reasons: ["low_confidence"])
        #expect(abs(uncertain.reviewPriority - certain.reviewPriority - 1) < 1e-12)
        #expect(Prediction.binaryEntropy(0.5) == 1)
        #expect([0, 1].map(Prediction.binaryEntropy) == [0, 0])
    }

    @Test func `uncertain results come first, and reviewed results are removed`() async throws {
        let sample = try StoredSample()
        let clinician = try sample.storage.addUser("doctor@a.org", role: "clinician")
        let patient = try sample.storage.addUser("patient@a.org", training: true)
        try sample.storage.addResult("certain", user: patient, answer: try SampleAnswers.prediction())
        try sample.storage.addResult(
            "doubtful", user: patient, answer: try SampleAnswers.prediction(reasons: ["low_confidence"]))
        let queue = ReviewQueue(storage: sample.storage)
        #expect(try await queue.next(for: clinician, count: 10).map(\.prediction.id) == ["doubtful", "certain"])
        #expect(try await queue.next(for: clinician, count: 1).map(\.prediction.id) == ["doubtful"])
        try await queue.record(["N"], note: "clearly", of: "doubtful", by: clinician)
        #expect(try await queue.next(for: clinician, count: 10).map(\.prediction.id) == ["certain"])
    }

    @Test func `only own results and those of accounts that allow training can be reviewed`() async throws {
        let sample = try StoredSample()
        let clinician = try sample.storage.addUser("doctor@a.org", role: "clinician")
        let closed = try sample.storage.addUser("private@a.org")
        try sample.storage.addResult("private", user: closed, answer: try SampleAnswers.prediction())
        try sample.storage.addResult("own", user: clinician, answer: try SampleAnswers.prediction())
        let queue = ReviewQueue(storage: sample.storage)
        #expect(try await queue.next(for: clinician, count: 10).map(\.prediction.id) == ["own"])
        await #expect(throws: APIError(.unknownResult, "You have no access to a result with this id.")) {
            try await queue.record(["N"], note: "", of: "private", by: clinician)
        }
        try await queue.record(["N"], note: "", of: "own", by: clinician)
    }

    @Test func `a result that cannot be judged leaves that clinician's queue only, and can be undone`() async throws {
        let sample = try StoredSample()
        let one = try sample.storage.addUser("one@a.org", role: "clinician")
        let two = try sample.storage.addUser("two@a.org", role: "clinician")
        let patient = try sample.storage.addUser("patient@a.org", training: true)
        for id in ["a", "b"] {
            try sample.storage.addResult(id, user: patient, answer: try SampleAnswers.prediction())
        }
        let queue = ReviewQueue(storage: sample.storage)
        let review = try await queue.record([], note: "", of: "a", by: one, cannotJudge: true)
        #expect(try await queue.next(for: one, count: 10).map(\.id) == ["b"])
        #expect(try await queue.next(for: two, count: 10).map(\.id) == ["a", "b"])
        #expect(try await [queue.count(for: one), queue.count(for: two)] == [1, 2])
        #expect(try await queue.review(review, by: one)?.labels == [])
        #expect(try await queue.review(review, by: two) == nil)
        let outcome = try FeedbackExport(database: sample.storage.path).write(to: sample.scratch("set"))
        #expect(outcome == .init(corrections: 0, withoutPicture: 0))
        await #expect(throws: APIError.self) { try await queue.undo(review, by: two) }
        let row = try await queue.undo(review, by: one)
        #expect(try await queue.entry(row: row, for: one).id == "a")
        #expect(try await queue.count(for: one) == 2)
        // A skipped result stays in the queue.
        #expect(try await queue.next(for: one, count: 10, after: row).map(\.id) == ["b"])
        #expect(try await queue.next(for: one, count: 10).map(\.id) == ["a", "b"])
    }

    @Test func `feedback goes to the row it was given for, and each of two equal results leaves the queue`()
        async throws
    {
        let sample = try StoredSample()
        let clinician = try sample.storage.addUser("doctor@a.org", role: "clinician")
        let patients = try ["one@a.org", "two@a.org"].map { try sample.storage.addUser($0, training: true) }
        for user in [clinician] + patients {
            try sample.storage.addResult("same", user: user, answer: try SampleAnswers.prediction())
        }
        let queue = ReviewQueue(storage: sample.storage)
        func rows() async throws -> [Int64] { try await queue.next(for: clinician, count: 10).map(\.row) }
        let all = try await rows()
        #expect(all.count == 3)
        try await queue.record(["N"], note: "", of: "same", row: all[2], by: clinician)
        #expect(try await rows() == Array(all.prefix(2)))
        await #expect(throws: APIError(.unknownResult, "You have no access to a result with this id.")) {
            try await queue.record(["N"], note: "", of: "other", row: all[0], by: clinician)
        }
        // Without a row, the results of the queue come first.
        try await queue.record(["N"], note: "", of: "same", by: clinician)
        #expect(try await rows() == [all[1]])
        try await queue.record(["N"], note: "", of: "same", by: clinician)
        #expect(try await rows().isEmpty)
    }

    @Test func `uploads are reviewed by their first prediction, and those with corrected traces come earlier`()
        async throws
    {
        let sample = try StoredSample()
        let clinician = try sample.storage.addUser("doctor@a.org", role: "clinician")
        let patient = try sample.storage.addUser("patient@a.org", training: true)
        let records = UploadRecords(storage: sample.storage)
        let prediction = try SampleAnswers.prediction().jsonLine()
        for (id, predictions) in [("plain", prediction), ("empty", "")] {
            try await records.put(
                .init(id: id, file: "a.pdf", prediction: nil, input: "i"),
                answer: "{\"id\":\"\(id)\",\"predictions\":[\(predictions)]}",
                files: [UploadRecords.corrections: Data("[]".utf8), UploadRecords.drawing: Data("<svg/>".utf8)],
                for: patient)
        }
        try sample.storage.addResult("beat", user: patient, answer: try SampleAnswers.prediction())
        let queue = ReviewQueue(storage: sample.storage)
        #expect(try await queue.next(for: clinician, count: 10).map(\.id) == ["plain", "beat"])
        #expect(try await queue.next(for: clinician, count: 1)[0].drawing == Data("<svg/>".utf8))
        try await records.put(
            .init(id: "beat-like", file: "b.pdf", prediction: nil, input: "i"),
            answer: "{\"id\":\"beat-like\",\"predictions\":[\(prediction)]}",
            files: [UploadRecords.corrections: Data(#"[{"change":"flip","lead":"I"}]"#.utf8)], for: patient)
        let corrected = try await queue.next(for: clinician, count: 10)
        #expect(corrected.map(\.id) == ["beat-like", "plain", "beat"] && corrected[0].isCorrected)
        try await queue.record(["V"], note: "", of: "plain", by: clinician)
        #expect(try await queue.next(for: clinician, count: 10).map(\.id) == ["beat-like", "beat"])
        await #expect(throws: APIError.self) { try await queue.record(["V"], note: "", of: "empty", by: clinician) }
    }

    @Test(arguments: [[], ["X"], ["N", "N"], ["N|V"], ["n"]])
    func `labels that the result lacks are rejected`(labels: [String]) async throws {
        let sample = try StoredSample()
        let clinician = try sample.storage.addUser("doctor@a.org", role: "clinician")
        try sample.storage.addResult("own", user: clinician, answer: try SampleAnswers.prediction())
        do {
            try await ReviewQueue(storage: sample.storage).record(labels, note: "", of: "own", by: clinician)
            Issue.record("not rejected")
        } catch let error as APIError { #expect(error.code == .invalidField) }
    }
}
