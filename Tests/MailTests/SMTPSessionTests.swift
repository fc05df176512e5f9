import Foundation
import TestSupport
import Testing

@testable import Mail

/// A real server with STARTTLS and login.
@Suite(.enabled(if: SMTPTestServer.absence == nil, "\(SMTPTestServer.absence ?? "")"))
struct SMTPSessionTests {
    @Test func `messages arrive unchanged, over one connection`() throws {
        let (sample, server) = (try MailSample(), try SMTPTestServer())
        for id in ["a", "b", "c"] { try sample.enqueue(id) }
        let messages = try (0 ..< 3).map { _ in
            try #require(try sample.outbox.claim(now: Date(), sender: try sample.settings().sender)).message
        }
        try sample.outbox.recover(nil)
        #expect(try sample.deliver(try sample.settings(for: server)) == 3)
        #expect(server.accepted.map(\.id) == ["a", "b", "c"])
        #expect(try server.accepted.map { Data($0.message.utf8) } == messages.map { try $0.data() })
    }

    @Test func `each kind of rejection has its effect, and other messages arrive`() throws {
        let (sample, server) = (try MailSample(), try SMTPTestServer())
        for recipient in ["never", "later", "after", "anna"] { try sample.enqueue(recipient, to: "\(recipient)@a.org") }
        #expect(try sample.deliver(try sample.settings(for: server)) == 1)
        #expect(
            try sample.states() == ["never": "failed", "later": "waiting", "after": "failed", "anna": "sent"])
        #expect(try sample.outbox.state(of: "never")?.error?.contains("550 to RCPT") == true)
        #expect(try sample.outbox.state(of: "after")?.error?.contains("554") == true)
        try sample.makeDue()
        #expect(try sample.deliver(try sample.settings(for: server)) == 1)
        #expect(server.accepted.map(\.id).sorted() == ["anna", "later"])
    }

    @Test func `a message whose connection ends before the reply is sent again`() throws {
        let (sample, server) = (try MailSample(), try SMTPTestServer())
        try sample.enqueue("cut", to: "cut@a.org")
        #expect(try sample.deliver(try sample.settings(for: server)) == 0)
        #expect(try sample.states() == ["cut": "waiting"])
        try sample.makeDue()
        #expect(try sample.deliver(try sample.settings(for: server)) == 1)
        #expect(server.accepted.count == 1)
    }

    @Test func `without trust, login or encryption nothing is sent and nothing is lost`() throws {
        let (sample, server, plain) = (try MailSample(), try SMTPTestServer(), try SMTPTestServer(plain: true))
        let cases: [(settings: MailSettings, word: String)] = [
            (try sample.settings(for: server, ["MAIL_AUTHORITIES": "system"]), "mail.authorities"),
            (try sample.settings(for: server, ["MAIL_PASSWORD": "wrong"]), "mail.password"),
            (try sample.settings(["MAIL_SERVER": "smtp://127.0.0.1:\(plain.port)"]), "STARTTLS"),
            (try sample.settings(["MAIL_SERVER": "smtp://127.0.0.1:1"]), "cannot be used"),
        ]
        try sample.enqueue("a")
        for (settings, word) in cases {
            try sample.makeDue()
            #expect(try sample.deliver(settings) == 0)
            let found = try #require(try sample.outbox.state(of: "a"))
            #expect(found.state == .waiting)
            #expect(found.error?.contains(word) == true, "\(found.error ?? "")")
        }
        #expect(server.accepted.isEmpty && plain.accepted.isEmpty)
        try sample.makeDue()
        let open = try sample.settings(["MAIL_SERVER": "smtp://127.0.0.1:\(plain.port)", "MAIL_ENCRYPTION": "off"])
        #expect(try sample.deliver(open) == 1)
        #expect(plain.accepted.count == 1)
    }

    @Test func `dots at the start of a line are doubled, and the last line is ended`() {
        let stuffed = SMTPSession.stuffed(Data(".a\r\n..\r\nb.\r\n.".utf8))
        #expect(String(decoding: stuffed, as: UTF8.self) == "..a\r\n...\r\nb.\r\n..\r\n")
    }
}
