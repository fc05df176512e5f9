import Foundation
import Inference
import Samples
import Testing

@testable import Records

struct StoredPredictionTests {
    @Test func `what is stored reads back to the same bits`() throws {
        let answer = try SampleAnswers.prediction(file: "ä \"quoted\".png", reasons: ["low_confidence"])
        let stored = try Prediction(stored: answer.jsonLine())
        #expect(stored.file == answer.file && stored.reasons == answer.reasons && stored.uncertain)
        #expect(stored.labels.map(\.score.bitPattern) == answer.labels.map(\.score.bitPattern))
        #expect(try stored.jsonLine() == answer.jsonLine())
    }

    @Test(arguments: ["", "{}", "null", "[1]"])
    func `what is no answer is refused`(_ text: String) {
        #expect(throws: DecodingError.self) { try Prediction(stored: text) }
    }
}
