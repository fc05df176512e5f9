import Foundation
import Testing

@testable import Files

struct DecodingErrorTests {
    private struct Document: Decodable {
        struct Row: Decodable { let code: String }
        let value: Double?
        let count: Int?
        let isOn: Bool?
        let rows: [Row]?
        let names: [String: Int]?
        let needed: String

        enum CodingKeys: String, CodingKey {
            case value, count, rows, names
            case isOn = "is_on"
            case needed = "needed_key"
        }
    }

    @Test(arguments: [
        ("{}", "needed_key is missing"), ("[]", "expected an object in braces, found a list"),
        (#"{"value": "a"}"#, "value: expected a number, found a text"),
        (#"{"count": true}"#, "count: expected a whole number, found true or false"),
        (#"{"is_on": 1}"#, "is_on: expected true or false, found a number"),
        (#"{"rows": {}}"#, "rows: expected a list, found an object in braces"),
        (#"{"rows": [{"code": "a"}, {}]}"#, "rows[1].code is missing"),
        (#"{"rows": [{"code": 3}]}"#, "rows[0].code: expected a text, found a number"),
        (#"{"names": []}"#, "names: expected an object in braces, found a list"),
        (#"{"needed_key": null}"#, "needed_key: expected a text, found null"),
        ("{", "it is not valid JSON, or a number has a fraction or more digits than allowed"),
        (#"{"count": 1.5}"#, "it is not valid JSON, or a number has a fraction or more digits than allowed"),
    ])
    func `a problem is described without the words of the decoder`(json: String, sentence: String) {
        let error = #expect(throws: DecodingError.self) {
            _ = try JSONDecoder().decode(Document.self, from: Data(json.utf8))
        }
        #expect(error?.sentence == sentence)
    }
}
