import Foundation
import GRDB
import TestSupport
import Testing

@testable import ConfigurationKeys
@testable import Mail

struct MailAgentTests {
    @Test func `without a server mail becomes files, each once`() throws {
        let sample = try MailSample()
        for id in ["a", "b"] { try sample.enqueue(id) }
        try sample.enqueue("a", to: "other@example.org")
        #expect(try sample.deliver(try sample.settings()) == 2)
        #expect(try sample.deliver(try sample.settings()) == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(sample.folder)/database.mail").sorted()
        #expect(names == ["a.eml", "b.eml"])
        let mail = try Data(contentsOf: URL(fileURLWithPath: "\(sample.folder)/database.mail/a.eml"))
        #expect(String(decoding: mail, as: UTF8.self).contains("To: <anna@example.org>\r\n"))
        #expect(try sample.states() == ["a": "sent", "b": "sent"])
    }

    @Test func `the content of a sent message is erased`() throws {
        let sample = try MailSample()
        try sample.enqueue("a")
        try sample.deliver(try sample.settings())
        let kept = try sample.storage.pool.read {
            try String.fetchOne(
                $0,
                sql: """
                    SELECT recipient || subject || text || coalesce(html, '') || coalesce(attachments, '') FROM outbox
                    """)
        }
        #expect(kept == "")
    }

    @Test func `a damaged row fails and does not block other messages`() throws {
        let sample = try MailSample()
        for id in ["a", "b", "c"] { try sample.enqueue(id) }
        try sample.storage.pool.write {
            try $0.execute(sql: "UPDATE outbox SET recipient = 'nobody' WHERE id = 'a'")
            try $0.execute(sql: "UPDATE outbox SET attachments = x'00' WHERE id = 'b'")
        }
        #expect(try sample.deliver(try sample.settings()) == 1)
        #expect(try sample.states() == ["a": "failed", "b": "failed", "c": "sent"])
    }

    @Test func `a folder that cannot be written keeps the mail waiting`() throws {
        let sample = try MailSample()
        try sample.enqueue("a")
        try sample.enqueue("b")
        try Data().write(to: URL(fileURLWithPath: "\(sample.folder)/file"))
        #expect(try sample.deliver(try sample.settings(["MAIL_FOLDER": "\(sample.folder)/file"])) == 0)
        #expect(try sample.states() == ["a": "waiting", "b": "waiting"])
        #expect(try !sample.outbox.hasWork(now: Date()))
        try sample.makeDue()
        #expect(try sample.deliver(try sample.settings()) == 2)
    }

    @Test func `only one agent delivers at a time`() throws {
        let sample = try MailSample()
        try sample.enqueue("a")
        let settings = try sample.settings()
        let journal = try journal(settings)
        #expect(try sample.deliver(settings, waits: false) == nil)
        withExtendedLifetime(journal) {}
        #expect(try sample.states() == ["a": "waiting"])
    }

    /// The meaning of each last note of a killed agent.
    @Test(
        arguments: [
            (nil, "waiting"), (.ending, "unconfirmed"), (.accepted, "sent"), (.refused, "waiting"),
        ] as [(DeliveryJournal.State?, String)])
    func `the last note determines the state after an agent was killed`(
        state: DeliveryJournal.State?, expected: String
    ) throws {
        let sample = try MailSample()
        try sample.enqueue("a")
        let settings = try sample.settings()
        let claim = try #require(try sample.outbox.claim(now: Date(), sender: settings.sender))
        do {
            let journal = try journal(settings)
            if let state { try journal.put(.init(message: claim.row, attempt: claim.attempt, state: state)) }
        }
        #expect(try sample.outbox.hasWork(now: Date()))
        let journal = try journal(settings)
        #expect(try sample.outbox.recover(try journal.note()) == (expected == "unconfirmed" ? "a" : nil))
        #expect(try sample.states() == ["a": expected])
    }

    @Test func `a note about an earlier attempt does not affect a later one`() throws {
        let sample = try MailSample()
        try sample.enqueue("a")
        let settings = try sample.settings()
        let claim = try #require(try sample.outbox.claim(now: Date(), sender: settings.sender))
        try sample.outbox.postpone(row: claim.row, attempt: claim.attempt, until: Date(), others: false, error: "")
        _ = try sample.outbox.claim(now: Date(), sender: settings.sender)
        try sample.outbox.recover(.init(message: claim.row, attempt: claim.attempt, state: .accepted))
        #expect(try sample.states() == ["a": "waiting"])
    }

    @Test func `a journal with other content is rejected`() throws {
        let sample = try MailSample()
        try Data("something else".utf8).write(to: URL(fileURLWithPath: "\(sample.folder)/database-delivery"))
        #expect(throws: MailError.self) { try sample.deliver(try sample.settings()) }
    }

    @Test func `the pause doubles up to four hours`() throws {
        let settings = try MailSample().settings(["MAIL_RETRY_SECONDS": "60"])
        #expect([1, 2, 3, 9, 1000].map { settings.delay(afterAttempt: $0) } == [60, 120, 240, 14_400, 14_400])
    }

    @Test(arguments: [
        ["MAIL_SERVER": "127.0.0.1:25"], ["MAIL_SERVER": "http://a"], ["MAIL_SERVER": "smtp://u:p@a:25"],
        ["MAIL_SERVER": "smtp://mail.example.org", "MAIL_ENCRYPTION": "off"],
        ["MAIL_SERVER": "smtps://127.0.0.1", "MAIL_ENCRYPTION": "off"], ["MAIL_SENDER": "nobody"],
    ])
    func `invalid or unencrypted settings are rejected`(values: [String: String]) throws {
        let sample = try MailSample()
        #expect(throws: ConfigurationError.self) { try sample.settings(values) }
    }

    @Test func `another process reads the same settings from its environment`() throws {
        let sample = try MailSample()
        for values in [
            ["MAIL_FOLDER": "/somewhere"],
            ["MAIL_SERVER": "smtp://[::1]:2525", "MAIL_ENCRYPTION": "off", "MAIL_RETRY_SECONDS": "7"],
            [
                "MAIL_SERVER": "smtps://mail.example.org", "MAIL_USER": "a", "MAIL_PASSWORD": "b c",
                "MAIL_SECONDS": "1.5",
            ],
        ] {
            let settings = try sample.settings(values)
            #expect(try MailSettings(Settings(environment: settings.environment)) == settings)
        }
    }

    /// Opens the journal, and waits while a program that another test is starting has inherited its lock.
    private func journal(_ settings: MailSettings) throws -> DeliveryJournal {
        for _ in 0 ..< 1000 {
            if let journal = try DeliveryJournal(path: settings.journal) { return journal }
            usleep(10_000)
        }
        return try #require(try DeliveryJournal(path: settings.journal))
    }
}
