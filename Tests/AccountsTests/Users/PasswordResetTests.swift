import Foundation
import GRDB
import Logging
import Synchronization
import TestSupport
import Testing

@testable import APIErrors
@testable import Accounts
@testable import Mail
@testable import Storage

/// Password reset links in the database.
struct PasswordResetTests {
    private let scratch: Scratch
    private let storage: ServerDatabase
    private let accounts: AccountStore
    private let mail: AccountMail
    private let now = Date(timeIntervalSince1970: 2_000_000)

    init() throws {
        scratch = try Scratch()
        storage = try ServerDatabase(path: scratch("a.sqlite"))
        accounts = AccountStore(
            storage: storage, sessionSeconds: 1000, idleSeconds: 500, tokenSeconds: 100, resetSeconds: 50)
        mail = AccountMail(
            address: ServerAddress(configured: nil, host: "a", port: 1), tokenSeconds: 100, resetSeconds: 50,
            recipients: AttemptLimit(storage: storage, kind: "recipient", .window(count: 100, seconds: 86_400)))
    }

    private func address(_ text: String) throws -> MailAddress { try #require(MailAddress(text)) }

    private func user(_ email: String) async throws {
        try await storage.write {
            try $0.execute(
                sql: "INSERT INTO users (email, password, verified, created) VALUES (?, 'old', 0, 0)",
                arguments: [email])
        }
    }

    /// Returns the token of the latest link to an address.
    private func link(_ email: String) async throws -> SecretToken {
        let text = try await storage.read {
            try String.fetchOne(
                $0, sql: "SELECT text FROM outbox WHERE recipient = ? ORDER BY number DESC", arguments: [email])
        }
        let token = try #require(text?.firstMatch(of: /token=([A-Za-z0-9_-]{43})/)?.1)
        return try #require(SecretToken(String(token)))
    }

    private func count(_ table: String) async throws -> Int {
        try await storage.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? -1 }
    }

    @Test func `with and without an account the same is written, and nothing of an unknown address remains`()
        async throws
    {
        try await user("a@b.c")
        let statements = Mutex<[String]>([])
        try await storage.write { database in
            database.trace { event in
                if case .statement(let statement) = event { statements.withLock { $0.append(statement.sql) } }
            }
        }
        func written(for email: String) async throws -> (inserts: [String], bytes: Int) {
            #expect(try await storage.emptyLog())
            statements.withLock { $0 = [] }
            try await accounts.requestReset(try address(email), mail: mail, now: now)
            let bytes = try scratch.data("a.sqlite-wal").count
            return (statements.withLock { $0.filter { $0.hasPrefix("INSERT") } }, bytes)
        }
        // The first message of a database allocates pages that the others use.
        try await accounts.requestReset(try address("a@b.c"), mail: mail, now: now)
        let known = try await written(for: "a@b.c")
        let unknown = try await written(for: "d@e.f")
        #expect(known.inserts.count == 3 && known.inserts == unknown.inserts)
        #expect(
            known.bytes > 0 && abs(known.bytes - unknown.bytes) * 4 <= known.bytes, "\(known.bytes) \(unknown.bytes)")
        #expect(try await count("tokens") == 1)
        #expect(try await count("outbox") == 2)
        for suffix in ["", "-wal"] {
            let bytes = try scratch.data("a.sqlite\(suffix)")
            #expect(bytes.range(of: Data("d@e.f".utf8)) == nil, "\(suffix)")
        }
    }

    @Test func `a link is valid until it expires, and is then deleted`() async throws {
        try await user("a@b.c")
        try await accounts.requestReset(try address("a@b.c"), mail: mail, now: now)
        let token = try await link("a@b.c")
        #expect(try await accounts.address(ofReset: token, now: now + 49) == "a@b.c")
        await #expect(throws: APIError.self) { try await accounts.address(ofReset: token, now: now + 50) }
        await #expect(throws: APIError.self) {
            try await accounts.resetPassword(token, to: "new", mail: mail, now: now + 50)
        }
        let sweeper = RetentionSweeper(
            storage: storage, resultSeconds: 100, pictureSeconds: 100, mail: nil,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await sweeper.sweep(now: now + 49)
        #expect(try await count("tokens") == 1)
        try await sweeper.sweep(now: now + 50)
        #expect(try await count("tokens") == 0)
        #expect(try await count("users") == 1)
    }

    /// If the address cannot be informed, the password and the link stay.
    @Test func `a failed reset changes nothing`() async throws {
        try await user("a@b.c")
        try await accounts.requestReset(try address("a@b.c"), mail: mail, now: now)
        let token = try await link("a@b.c")
        try await storage.write {
            try $0.execute(sql: "CREATE TRIGGER full BEFORE DELETE ON sessions BEGIN SELECT raise(ABORT, 'full'); END")
            try $0.execute(
                sql: "INSERT INTO sessions (token, user, created, expires) SELECT x'01', id, 0, 3000000 FROM users")
        }
        await #expect(throws: APIError.self) {
            try await accounts.resetPassword(token, to: "new", mail: mail, now: now)
        }
        #expect(try await storage.read { try String.fetchOne($0, sql: "SELECT password FROM users") } == "old")
        #expect(try await count("outbox") == 1)
        try await storage.write { try $0.execute(sql: "DROP TRIGGER full") }
        _ = try await accounts.resetPassword(token, to: "new", mail: mail, now: now)
        #expect(try await storage.read { try String.fetchOne($0, sql: "SELECT password FROM users") } == "new")
        #expect(try await count("sessions") == 0)
        #expect(try await count("outbox") == 2)
    }
}
