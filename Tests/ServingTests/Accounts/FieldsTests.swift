import Foundation
import Testing

@testable import APIErrors
@testable import Serving

struct FieldsTests {
    @Test func `a form's fields are read as browsers write them`() throws {
        let form = try Fields.form(Data("a=1+2%2B3&b=%C3%A9%0D%0A&c=&d".utf8))
        #expect(form == ["a": "1 2+3", "b": "é\r\n", "c": "", "d": ""])
        for broken in ["a=%", "a=%4", "a=%zz", "a=%ff", "a=1&a=2", "a=%+1"] {
            #expect(throws: Refusal.self, "\(broken)") { try Fields.form(Data(broken.utf8)) }
        }
    }

    @Test func `JSON is an object of texts and truth values`() throws {
        #expect(
            try Fields.json(Data(#"{"a": "x", "b": true, "c": false}"#.utf8)) == ["a": "x", "b": "true", "c": "false"])
        for broken in ["", "[]", "1", #"{"a": 1}"#, #"{"a": null}"#, #"{"a": {}}"#, #"{"a": "#] {
            #expect(throws: Refusal.self, "\(broken)") { try Fields.json(Data(broken.utf8)) }
        }
    }

    @Test func `an address is one, in lower case, or refused`() throws {
        #expect(
            try Fields(["e": " Jane.Doe@Example.ORG "], isForm: false).address("e").description
                == "jane.doe@example.org")
        for text in [
            "", "a", "a@", "@b.c", "a@b@c", "a@b.c\r\nBcc: d@e.f", "a b@c.d", "a@b..c", "<a@b.c>", "a@b.c,d@e.f",
        ] {
            #expect(throws: Refusal.self, "\(text)") { try Fields(["e": text], isForm: false).address("e") }
        }
    }

    @Test func `a contact form's fields hold what people write`() throws {
        func message(_ changes: [String: String]) throws -> ContactMessage {
            let fields = ["name": "Ana-María O’Neill, M.D.", "email": "a@b.org", "message": "2 < 3 & \"x\"\r\n'; DROP"]
            return try ContactMessage(Fields(fields.merging(changes) { $1 }, isForm: false))
        }
        #expect(try message([:]).text == "2 < 3 & \"x\"\n'; DROP")
        for changes in [
            ["name": "<b>"], ["name": "a\nb"], ["name": " "], ["name": "x; y"], ["message": "<a href=x>"],
            ["message": "</p>"], ["message": "\u{7}"], ["message": " \n "], ["email": "x"],
        ] {
            #expect(throws: Refusal.self, "\(changes)") { try message(changes) }
        }
    }

    @Test func `when a form was opened only its own page can say`() throws {
        let caller = Caller(session: nil, secret: SecretToken(), isNew: false)
        let other = Caller(session: nil, secret: SecretToken(), isNew: false)
        let now = Date(timeIntervalSince1970: 1_000_000)
        let mark = OpenedForm.mark(caller, now: now)
        #expect(OpenedForm.seconds(mark, caller: caller, now: now + 5) == 5)
        #expect(OpenedForm.seconds(mark, caller: other, now: now + 5) == nil)
        #expect(OpenedForm.seconds("900000" + mark.dropFirst(7), caller: caller, now: now) == nil)
        #expect(OpenedForm.seconds("", caller: caller, now: now) == nil)
    }

    @Test func `secrets differ, keep their form and are stored as digests`() throws {
        let tokens = (0 ..< 100).map { _ in SecretToken() }
        #expect(Set(tokens.map(\.text)).count == 100 && tokens.allSatisfy { SecretToken($0.text) == $0 })
        #expect(tokens[0].digest.count == 32 && tokens[0].digest != Data(tokens[0].text.utf8))
        for text in [nil, "", "a", String(repeating: "a", count: 42) + "=", String(repeating: "é", count: 43)] {
            #expect(SecretToken(text) == nil)
        }
    }
}
