import Foundation
import TestSupport
import Testing

@testable import APIErrors
@testable import Accounts

struct ReviewQueueTests {
    @Test func `priority is abstention, entropy and disagreement`() throws {
        // V: score 0.934, votes 0.934 and 0.5. The entropy of 0.934 is 0.3509 bits, less than nothing else's.
        let certain = try SampleAnswers.prediction()
        #expect(abs(ReviewPriority.of(certain) - (0.35085 + 0.4996)) < 1e-4)
        let uncertain = try SampleAnswers.prediction(reasons: ["low_confidence"])
        #expect(abs(ReviewPriority.of(uncertain) - ReviewPriority.of(certain) - 1) < 1e-12)
        #expect(ReviewPriority.binaryEntropy(0.5) == 1)
        #expect([0, 1].map(ReviewPriority.binaryEntropy) == [0, 0])
    }

    @Test func `the most doubtful comes first, and what was said of is gone`() async throws {
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

    @Test func `nobody's result is shown or corrected who has not allowed it, but one's own`() async throws {
        let sample = try StoredSample()
        let clinician = try sample.storage.addUser("doctor@a.org", role: "clinician")
        let closed = try sample.storage.addUser("private@a.org")
        try sample.storage.addResult("private", user: closed, answer: try SampleAnswers.prediction())
        try sample.storage.addResult("own", user: clinician, answer: try SampleAnswers.prediction())
        let queue = ReviewQueue(storage: sample.storage)
        #expect(try await queue.next(for: clinician, count: 10).map(\.prediction.id) == ["own"])
        await #expect(throws: Refusal(.unknownResult, "There is no result of this id that you may review.")) {
            try await queue.record(["N"], note: "", of: "private", by: clinician)
        }
        try await queue.record(["N"], note: "", of: "own", by: clinician)
    }

    @Test(arguments: [[], ["X"], ["N", "N"], ["N|V"], ["n"]])
    func `labels that the answer does not have are refused`(labels: [String]) async throws {
        let sample = try StoredSample()
        let clinician = try sample.storage.addUser("doctor@a.org", role: "clinician")
        try sample.storage.addResult("own", user: clinician, answer: try SampleAnswers.prediction())
        do {
            try await ReviewQueue(storage: sample.storage).record(labels, note: "", of: "own", by: clinician)
            Issue.record("not refused")
        } catch let refusal as Refusal { #expect(refusal.code == .invalidField) }
    }
}
