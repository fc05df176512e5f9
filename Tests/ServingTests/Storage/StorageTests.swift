import Foundation
import GRDB
import Testing

@testable import Records
@testable import Serving

struct StorageTests {
    private let folder = TemporaryFolder()

    private func row(_ database: Database, _ number: Int, bytes: Int = 0) throws {
        try database.execute(
            sql: "INSERT INTO contact (name, email, message, created) VALUES (?, 'a@b.c', ?, 0)",
            arguments: ["name-\(number)", String(repeating: "x", count: bytes)])
    }

    private func count(_ storage: Storage) async throws -> Int {
        try await storage.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM contact") ?? -1 }
    }

    @Test func `a new file is its owner's alone, checks foreign keys and overwrites what is deleted`() async throws {
        let path = "\(folder.path)/a.sqlite"
        let storage = try Storage(path: path)
        try await storage.write { try row($0, 1) }
        for suffix in ["", "-wal", "-shm"] {
            let mode = try FileManager.default.attributesOfItem(atPath: path + suffix)[.posixPermissions]
            #expect(mode as? Int == 0o600, "\(suffix)")
        }
        let pragmas = try await storage.write { database in
            try ["journal_mode", "foreign_keys", "secure_delete", "synchronous"].map {
                try String.fetchOne(database, sql: "PRAGMA \($0)") ?? ""
            }
        }
        #expect(pragmas == ["wal", "1", "1", "2"])
        let broken = try await storage.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check").count }
        #expect(broken == 0)
        await #expect(throws: Refusal.self) {
            try await storage.write {
                try $0.execute(sql: "INSERT INTO sessions (token, user, created, expires) VALUES (x'00', 77, 0, 0)")
            }
        }
    }

    @Test func `opening again finds what was written, and a newer version's file is refused`() async throws {
        let path = "\(folder.path)/a.sqlite"
        try await Storage(path: path).write { try row($0, 1) }
        let again = try Storage(path: path)
        #expect(try await count(again) == 1)
        try await again.write { try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99')") }
        #expect(throws: StorageError.newer(path: path)) { try Storage(path: path) }
    }

    @Test func `a file that is no database is refused and left as it is`() throws {
        let path = "\(folder.path)/a.txt"
        let text = String(repeating: "This is a text. ", count: 100)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: StorageError.notADatabase(path: path)) { try Storage(path: path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    @Test func `a full disk gives an error and loses nothing that was answered`() async throws {
        let path = "\(folder.path)/a.sqlite"
        let storage = try Storage(path: path, byteLimit: 600_000)
        var written = 0
        var refusal: Refusal?
        while refusal == nil, written < 1000 {
            do {
                let number = written
                try await storage.write { try row($0, number, bytes: 4000) }
                written += 1
            } catch { refusal = error as? Refusal }
        }
        #expect(refusal?.code == .storageUnavailable && refusal?.headers[.retryAfter] == "5")
        #expect(written > 20 && written < 200)
        #expect(try await count(storage) == written)
        // Room again: it goes on.
        try await storage.write { try $0.execute(sql: "DELETE FROM contact WHERE id <= 10") }
        try await storage.write { try row($0, 0, bytes: 4000) }
        #expect(try await count(storage) == written - 9)
        #expect(try await count(Storage(path: path)) == written - 9)
    }

    @Test func `a database that another process holds gives an error in time, and reading goes on`() async throws {
        let path = "\(folder.path)/a.sqlite"
        let storage = try Storage(path: path, busySeconds: 0.1)
        try await storage.write { try row($0, 1) }
        var holding = Configuration()
        holding.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: path, configuration: holding)
        try await other.writeWithoutTransaction { database in
            try database.execute(sql: "BEGIN IMMEDIATE")
        }
        await #expect(throws: Refusal(ofStorage: DatabaseError(resultCode: .SQLITE_BUSY))) {
            try await storage.write { try row($0, 2) }
        }
        #expect(try await count(storage) == 1)
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try await storage.write { try row($0, 2) }
        #expect(try await count(storage) == 2)
    }

    @Test func `what is deleted is in no file once the log is emptied`() async throws {
        let path = "\(folder.path)/a.sqlite"
        let storage = try Storage(path: path)
        try await storage.write { database in
            for number in 0 ..< 300 { try row(database, number, bytes: 500) }
        }
        try await storage.write { try $0.execute(sql: "DELETE FROM contact") }
        #expect(try await storage.emptyLog())
        for suffix in ["", "-wal"] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path + suffix))
            #expect(bytes.range(of: Data("name-".utf8)) == nil && bytes.range(of: Data("xxxx".utf8)) == nil)
        }
    }

    @Test func `a backup is one whole file, made while others write`() async throws {
        let path = "\(folder.path)/a.sqlite"
        let copy = "\(folder.path)/copy.sqlite"
        let storage = try Storage(path: path)
        try await storage.write { database in for number in 0 ..< 100 { try row(database, number, bytes: 3000) } }
        let writing = Task {
            // Both rows of a transaction or none: the copy must not stand between them.
            for number in 0 ..< 100 {
                try await storage.write {
                    try row($0, number)
                    try row($0, number)
                }
            }
        }
        let bytes = try Storage.backUp(path, to: copy)
        try await writing.value
        #expect(bytes > 300_000)
        #expect(try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int == 0o600)
        #expect(!FileManager.default.fileExists(atPath: copy + "-wal"))
        let copied = try await count(Storage(path: copy))
        #expect(copied >= 100 && copied.isMultiple(of: 2))

        #expect(throws: StorageError.missing(path: "none")) { try Storage.backUp("none", to: copy) }
        let empty = "\(folder.path)/empty.sqlite"
        try Data().write(to: URL(fileURLWithPath: empty))
        #expect(throws: StorageError.notADatabase(path: empty)) { try Storage.backUp(empty, to: copy) }
        #expect(try await count(Storage(path: copy)) == copied, "the older copy stands")
    }

    @Test func `a message's id is in the outbox once`() async throws {
        let storage = try Storage(path: "\(folder.path)/a.sqlite")
        let address = try #require(MailAddress("a@example.org"))
        for expected in [true, false] {
            let isNew = try await storage.write {
                try Outbox.enqueue($0, id: "m1", user: nil, recipient: address, subject: "s", text: "t")
            }
            #expect(isNew == expected)
        }
    }
}
