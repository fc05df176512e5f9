import TestSupport
import Testing

@testable import Mail

struct OutboxTests {
    @Test func `the outbox has each id once`() async throws {
        let sample = try MailSample()
        let address = try #require(MailAddress("a@example.org"))
        for expected in [true, false] {
            let isNew = try await sample.storage.pool.write {
                try Outbox.enqueue($0, id: "m1", user: nil, recipient: address, subject: "s", text: "t")
            }
            #expect(isNew == expected)
        }
    }
}
