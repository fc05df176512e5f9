import Foundation
import GRDB
import Mail
import TestSupport
import Testing

@testable import APIErrors
@testable import Accounts
@testable import Storage

struct AccountMailTests {
    @Test func `durations are written in words`() {
        let words = [1.0, 60, 1799, 3540, 3600, 86_400].map(AccountMail.duration)
        #expect(words == ["a minute", "a minute", "30 minutes", "59 minutes", "an hour", "24 hours"])
    }

    @Test func `one recipient gets a limited number of messages of all kinds a day`() async throws {
        let storage = try StoredSample().storage
        let accounts = AccountStore(
            storage: storage, sessionSeconds: 1000, idleSeconds: 500, tokenSeconds: 100, resetSeconds: 50)
        let mail = AccountMail(
            address: ServerAddress(configured: nil, host: "a", port: 1), tokenSeconds: 100, resetSeconds: 50,
            recipients: AttemptLimit(storage: storage, kind: "recipient", .window(count: 3, seconds: 86_400)))
        let reports = ReportService(storage: storage, reportsADay: 20, mail: mail)
        let message = ReportMessage(subject: "s", text: "t", html: "h", attachments: [])
        let now = Date(timeIntervalSince1970: 2_000_000)
        let (address, other) = (try #require(MailAddress("a@b.c")), try #require(MailAddress("d@e.f")))
        let user = try storage.addUser("a@b.c")

        try await accounts.register(address, password: "hash", mail: mail, now: now)
        try await accounts.requestReset(address, mail: mail, now: now)
        try await reports.ask(address, for: message, id: "1", now: now)
        let kinds: [(_ time: Date) async throws -> Void] = [
            { try await accounts.register(address, password: "hash", mail: mail, now: $0) },
            { try await accounts.requestReset(address, mail: mail, now: $0) },
            { try await reports.ask(address, for: message, id: "2", now: $0) },
        ]
        for kind in kinds {
            let error = await #expect(throws: APIError.self) { try await kind(now + 100) }
            #expect(error?.code == .tooManyAttempts && error?.headers[.retryAfter] == "86300")
        }
        // A message of the contact form is stored without a mail.
        let contact = ContactMessage(name: "n", email: other, text: "t")
        try await accounts.keep(contact, of: nil, mailedTo: address, mail: mail, now: now)
        // Another recipient, and an unknown one, have their own limits.
        for _ in 0 ..< 3 { try await accounts.requestReset(other, mail: mail, now: now) }
        await #expect(throws: APIError.self) { try await accounts.requestReset(other, mail: mail, now: now) }
        // Nothing suppresses the message about a changed password.
        _ = try await accounts.setPassword(
            "hash", of: try #require(await accounts.credentials(user: user)), device: "", mail: mail, now: now)
        let counts = try await storage.read { database in
            try ["outbox WHERE recipient = 'a@b.c'", "contact", "tokens WHERE payload = 'hash'"].map {
                try Int.fetchOne(database, sql: "SELECT count(*) FROM \($0)") ?? -1
            }
        }
        #expect(counts == [4, 1, 0])
        try await kinds[1](now + 86_400)
    }
}
