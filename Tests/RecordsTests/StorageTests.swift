import Foundation
import GRDB
import Samples
import Scratch
import Testing

@testable import Records

struct StorageTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func count(_ storage: Storage) throws -> Int {
        try storage.pool.read { try ContactRow.count(in: $0) }
    }

    @Test func `a new file is its owner's alone, checks foreign keys and overwrites what is deleted`() throws {
        let path = scratch("a.sqlite")
        let storage = try Storage(path: path)
        try storage.pool.write { try ContactRow.insert(1, into: $0) }
        for suffix in ["", "-wal", "-shm"] {
            let mode = try FileManager.default.attributesOfItem(atPath: path + suffix)[.posixPermissions]
            #expect(mode as? Int == 0o600, "\(suffix)")
        }
        let pragmas = try storage.pool.write { database in
            try ["journal_mode", "foreign_keys", "secure_delete", "synchronous"].map {
                try String.fetchOne(database, sql: "PRAGMA \($0)") ?? ""
            }
        }
        #expect(pragmas == ["wal", "1", "1", "2"])
        let broken = try storage.pool.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check").count }
        #expect(broken == 0)
        let error = #expect(throws: DatabaseError.self) {
            try storage.pool.write {
                try $0.execute(sql: "INSERT INTO sessions (token, user, created, expires) VALUES (x'00', 77, 0, 0)")
            }
        }
        #expect(error?.resultCode == .SQLITE_CONSTRAINT)
    }

    @Test func `opening again finds what was written, and a newer version's file is refused`() throws {
        let path = scratch("a.sqlite")
        try Storage(path: path).pool.write { try ContactRow.insert(1, into: $0) }
        let again = try Storage(path: path)
        #expect(try count(again) == 1)
        try again.pool.write { try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99')") }
        #expect(throws: StorageError.newer(path: path)) { try Storage(path: path) }
    }

    @Test func `a file that is no database is refused and left as it is`() throws {
        let text = String(repeating: "This is a text. ", count: 100)
        let path = try scratch.write("a.txt", text)
        #expect(throws: StorageError.notADatabase(path: path)) { try Storage(path: path) }
        #expect(try scratch.text("a.txt") == text)
    }

    @Test func `nothing is written beyond the limit, and nothing is lost that was written`() throws {
        let path = scratch("a.sqlite")
        let storage = try Storage(path: path, byteLimit: 600_000)
        var written = 0
        let error = #expect(throws: DatabaseError.self) {
            while written < 1000 {
                try storage.pool.write { try ContactRow.insert(written, bytes: 4000, into: $0) }
                written += 1
            }
        }
        #expect(error?.resultCode == .SQLITE_FULL)
        #expect(written > 20 && written < 200)
        #expect(try count(storage) == written)
        #expect(try count(Storage(path: path)) == written)
    }

    @Test func `a backup is one whole file, made while others write`() async throws {
        let (path, copy) = (scratch("a.sqlite"), scratch("copy.sqlite"))
        let storage = try Storage(path: path)
        try await storage.pool.write { database in
            for number in 0 ..< 100 { try ContactRow.insert(number, bytes: 3000, into: database) }
        }
        let writing = Task {
            // Both rows of a transaction or none: the copy must not stand between them.
            for number in 0 ..< 100 {
                try await storage.pool.write {
                    try ContactRow.insert(number, into: $0)
                    try ContactRow.insert(number, into: $0)
                }
            }
        }
        let bytes = try Storage.backUp(path, to: copy)
        try await writing.value
        #expect(bytes > 300_000)
        #expect(try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int == 0o600)
        #expect(!FileManager.default.fileExists(atPath: copy + "-wal"))
        let copied = try count(Storage(path: copy))
        #expect(copied >= 100 && copied.isMultiple(of: 2))

        #expect(throws: StorageError.missing(path: "none")) { try Storage.backUp("none", to: copy) }
        let empty = try scratch.write("empty.sqlite", "")
        #expect(throws: StorageError.notADatabase(path: empty)) { try Storage.backUp(empty, to: copy) }
        #expect(try count(Storage(path: copy)) == copied, "the older copy stands")
    }
}
