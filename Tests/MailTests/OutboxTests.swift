import Foundation
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

    @Test func `the counts have every state, and tell new messages from repeated attempts`() async throws {
        let sample = try MailSample()
        for id in ["a", "b", "c"] { try sample.enqueue(id) }
        let first = try #require(try sample.outbox.claim(now: Date(), sender: MailAddress("x@example.org")!))
        try sample.outbox.postpone(row: first.row, attempt: 1, until: Date() + 60, others: false, error: "later")
        let second = try #require(try sample.outbox.claim(now: Date(), sender: MailAddress("x@example.org")!))
        try sample.outbox.settle(row: second.row, attempt: 1, as: .failed, error: "never")
        let counts = try await sample.outbox.counts()
        #expect(counts == ["waiting": 1, "retrying": 1, "failed": 1, "sending": 0, "sent": 0, "unconfirmed": 0])
    }
}
