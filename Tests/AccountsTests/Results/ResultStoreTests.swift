import Foundation
import Imaging
import Inference
import TestSupport
import Testing

@testable import Accounts
@testable import Storage

struct ResultStoreTests {
    private let scratch: Scratch
    private let storage: ServerDatabase

    init() throws {
        scratch = try Scratch()
        storage = try ServerDatabase(path: scratch("a.sqlite"))
    }

    private func store() -> ResultStore {
        ResultStore(storage: storage, limits: Page.Limits(), keepsPictures: false)
    }

    @Test func `the pages of a history have every result once, the newest first`() async throws {
        let (one, other) = (try storage.addUser("a@b.c"), try storage.addUser("d@e.f"))
        try storage.fillHistory(of: one, count: 250)
        try storage.fillHistory(of: other, count: 10)
        var files: [String] = []
        var place: ResultStore.Place?
        repeat {
            let page = try await store().history(of: one, after: place, count: 40)
            files += page.entries.map(\.file)
            place = page.next.flatMap { ResultStore.Place($0.text) }
        } while place != nil
        #expect(files == (0 ..< 250).reversed().map { "file-\($0).png" })
    }

    @Test func `invalid positions are rejected`() {
        for text in ["", "-", "1", "1-", "-1", "1-2-3", "a-b", "1-٣", String(repeating: "9", count: 19) + "-1", "+1-1"]
        {
            #expect(ResultStore.Place(text) == nil || ResultStore.Place(text)?.text == text, "\(text)")
        }
        #expect(ResultStore.Place("12-34") == ResultStore.Place(created: 12, number: 34))
    }

    @Test func `a stored prediction reads back to the same bits`() throws {
        let answer = try SampleAnswers.prediction(file: "ä \"quoted\".png", reasons: ["low_confidence"])
        let stored = try Prediction(stored: answer.jsonLine())
        #expect(stored.file == answer.file && stored.reasons == answer.reasons && stored.uncertain)
        #expect(stored.labels.map(\.score.bitPattern) == answer.labels.map(\.score.bitPattern))
        #expect(try stored.jsonLine() == answer.jsonLine())
    }

    @Test(arguments: ["", "{}", "null", "[1]"])
    func `an invalid prediction is rejected`(_ text: String) {
        #expect(throws: DecodingError.self) { try Prediction(stored: text) }
    }
}
