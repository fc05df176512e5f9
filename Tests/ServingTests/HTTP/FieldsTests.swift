import Foundation
import HTTPTypes
import Hummingbird
import Testing

@testable import APIErrors
@testable import Serving

struct FieldsTests {
    @Test func `the fields of a form are decoded as browsers encode them`() throws {
        let form = try Fields.form(Data("a=1+2%2B3&b=%C3%A9%0D%0A&c=&d".utf8))
        #expect(form == ["a": "1 2+3", "b": "é\r\n", "c": "", "d": ""])
        for broken in ["a=%", "a=%4", "a=%zz", "a=%ff", "a=1&a=2", "a=%+1"] {
            #expect(throws: APIError.self, "\(broken)") { try Fields.form(Data(broken.utf8)) }
        }
    }

    @Test func `JSON fields are strings and booleans`() throws {
        #expect(
            try Fields.json(Data(#"{"a": "x", "b": true, "c": false}"#.utf8)) == ["a": "x", "b": "true", "c": "false"])
        for broken in ["", "[]", "1", #"{"a": 1}"#, #"{"a": null}"#, #"{"a": {}}"#, #"{"a": "#] {
            #expect(throws: APIError.self, "\(broken)") { try Fields.json(Data(broken.utf8)) }
        }
    }

    @Test func `a boolean of JSON is not a text`() async throws {
        let body = ByteBuffer(string: #"{"a": true, "b": "true"}"#)
        let head = HTTPRequest(
            method: .post, scheme: nil, authority: "x", path: "/", headerFields: [.contentType: "application/json"])
        let fields = try await Fields(of: Request(head: head, body: .init(buffer: body)), known: ["a", "b"])
        #expect(throws: APIError.self) { try fields.required("a") }
        #expect(try fields.required("b") == "true" && fields.truth("a") && fields.truth("b"))
    }

    @Test func `an address is parsed in lower case or rejected`() throws {
        #expect(
            try Fields(["e": " Jane.Doe@Example.ORG "], isForm: false).address("e").description
                == "jane.doe@example.org")
        for text in [
            "", "a", "a@", "@b.c", "a@b@c", "a@b.c\r\nBcc: d@e.f", "a b@c.d", "a@b..c", "<a@b.c>", "a@b.c,d@e.f",
            // The lower case of the Kelvin sign and of the dotted capital I begin with ASCII letters.
            "\u{212a}im@example.org", "kim@\u{212a}elvin.org", "\u{130}da@example.org",
        ] {
            #expect(throws: APIError.self, "\(text)") { try Fields(["e": text], isForm: false).address("e") }
        }
    }
}
