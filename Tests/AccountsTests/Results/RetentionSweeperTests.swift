import Foundation
import GRDB
import Logging
import TestSupport
import Testing

@testable import Accounts
@testable import Mail
@testable import Storage

struct RetentionSweeperTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `message files expire with results, and other files stay`() async throws {
        let now = Date(timeIntervalSince1970: 2_000_000)
        let path = scratch("mail")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, age) in [(MailName.contact(1), 200.0), (MailName.contact(2), 50), ("mine", 200)] {
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(path)/\(name).eml"))
            try FileManager.default.setAttributes([.modificationDate: now - age], ofItemAtPath: "\(path)/\(name).eml")
        }
        try await RetentionSweeper(
            storage: try ServerDatabase(path: scratch("a.sqlite")), resultSeconds: 100, pictureSeconds: 100,
            mail: MailFolder(path: path), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ).sweep(now: now)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["contact-2.eml", "mine.eml"])
    }

    @Test func `only expired data are deleted`() async throws {
        let now = Date(timeIntervalSince1970: 2_000_000)
        let storage = try ServerDatabase(path: scratch("a.sqlite"))
        let kept = try storage.addUser("a@b.c")
        let (unverified, waiting) = (try storage.addUnverified("d@e.f"), try storage.addUnverified("g@h.i"))
        try storage.fillHistory(of: kept, count: 3000)
        try await storage.write { database in
            try database.execute(sql: "INSERT INTO images SELECT number, x'01', created FROM results")
            for (token, user, expires) in [
                ("01", kept, 1_999_999), ("02", unverified, 1_999_999), ("03", waiting, 2_000_001),
            ] {
                try database.execute(
                    sql: "INSERT INTO tokens VALUES (x'\(token)', 'verify', ?, 'p', 0, ?)", arguments: [user, expires])
                try database.execute(
                    sql: "INSERT INTO sessions (token, user, created, expires) VALUES (x'\(token)', ?, 0, ?)",
                    arguments: [user, expires])
                try database.execute(
                    sql: "INSERT INTO devices VALUES (x'\(token)', ?, 0, ?)", arguments: [user, expires])
                try database.execute(sql: "INSERT INTO limits VALUES (x'\(token)', 1, 0, ?)", arguments: [expires])
            }
            try database.execute(sql: "UPDATE results SET created = 1999000 WHERE number > 2500")
            try database.execute(sql: "UPDATE images SET created = 1999990 WHERE result > 2900")
        }
        let sweeper = RetentionSweeper(
            storage: storage, resultSeconds: 5000, pictureSeconds: 100, mail: nil,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await sweeper.sweep(now: now)
        let counts = try await storage.read { database in
            try ["results", "images", "sessions", "devices", "limits", "tokens", "users"].map {
                try Int.fetchOne(database, sql: "SELECT count(*) FROM \($0)") ?? -1
            }
        }
        #expect(counts == [500, 100, 1, 1, 1, 1, 2])
        let users = try await storage.read { try String.fetchAll($0, sql: "SELECT email FROM users ORDER BY id") }
        #expect(users == ["a@b.c", "g@h.i"])
    }
}
