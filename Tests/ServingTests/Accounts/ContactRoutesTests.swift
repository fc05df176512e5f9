import Foundation
import Testing

@testable import APIErrors
@testable import Accounts
@testable import Serving

struct ContactRoutesTests {
    @Test func `the contact form accepts ordinary text`() throws {
        func message(_ changes: [String: String]) throws -> ContactMessage {
            let fields = ["name": "Ana-María O’Neill, M.D.", "email": "a@b.org", "message": "2 < 3 & \"x\"\r\n'; DROP"]
            return try ContactMessage(Fields(fields.merging(changes) { $1 }, isForm: false))
        }
        #expect(try message([:]).text == "2 < 3 & \"x\"\n'; DROP")
        for changes in [
            ["name": "<b>"], ["name": "a\nb"], ["name": " "], ["name": "x; y"], ["message": "<a href=x>"],
            ["message": "</p>"], ["message": "\u{7}"], ["message": " \n "], ["email": "x"],
        ] {
            #expect(throws: APIError.self, "\(changes)") { try message(changes) }
        }
    }

    @Test func `the time of opening a form is signed for its caller`() throws {
        let caller = Caller(session: nil, secret: SecretToken(), isNew: false)
        let other = Caller(session: nil, secret: SecretToken(), isNew: false)
        let now = Date(timeIntervalSince1970: 1_000_000)
        let mark = OpenedForm.mark(caller, now: now)
        #expect(OpenedForm.seconds(mark, caller: caller, now: now + 5) == 5)
        #expect(OpenedForm.seconds(mark, caller: other, now: now + 5) == nil)
        #expect(OpenedForm.seconds("900000" + mark.dropFirst(7), caller: caller, now: now) == nil)
        #expect(OpenedForm.seconds("", caller: caller, now: now) == nil)
    }
}
