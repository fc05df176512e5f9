import Foundation
import GRDB
import TestSupport
import Testing

@testable import Storage

struct ServerDatabaseTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func count(_ storage: ServerDatabase) throws -> Int {
        try storage.pool.read { try ContactRow.count(in: $0) }
    }

    @Test func `a new file is readable by its owner only, checks foreign keys and overwrites deleted data`() throws {
        let path = scratch("a.sqlite")
        let storage = try ServerDatabase(path: path)
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

    @Test func `data survive reopening, and the file of a newer version is rejected`() throws {
        let path = scratch("a.sqlite")
        try ServerDatabase(path: path).pool.write { try ContactRow.insert(1, into: $0) }
        let again = try ServerDatabase(path: path)
        #expect(try count(again) == 1)
        try again.pool.write { try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99')") }
        #expect(throws: StorageError.newer(path: path)) { try ServerDatabase(path: path) }
    }

    @Test func `an open session survives the migration that adds its last use`() throws {
        let path = scratch("a.sqlite")
        let pool = try DatabasePool(path: path)
        try StorageMigrations.migrator.migrate(pool, upTo: "2")
        try pool.write { database in
            try database.execute(sql: "INSERT INTO users (id, email, created) VALUES (1, 'a@b.c', 0)")
            try database.execute(
                sql: "INSERT INTO sessions (token, user, created, expires) VALUES (x'01', 1, 0, 9000000000)")
        }
        try pool.close()
        let row = try ServerDatabase(path: path).pool.read { try Row.fetchOne($0, sql: "SELECT * FROM sessions") }
        #expect(try #require(row?["used"] as Int64?) > 1_700_000_000 && row?["device"] == "")
    }

    @Test func `a file that is not a database is rejected and unchanged`() throws {
        let text = String(repeating: "This is a text. ", count: 100)
        let path = try scratch.write("a.txt", text)
        #expect(throws: StorageError.notADatabase(path: path)) { try ServerDatabase(path: path) }
        #expect(try scratch.text("a.txt") == text)
    }

    @Test func `writing stops at the limit, and written data are kept`() throws {
        let path = scratch("a.sqlite")
        let storage = try ServerDatabase(path: path, byteLimit: 600_000)
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
        #expect(try count(ServerDatabase(path: path)) == written)
    }

    @Test func `times are rounded down to seconds`() {
        for (seconds, whole) in [(0, 0), (1.999, 1), (-0.5, -1), (1_790_000_000.25, 1_790_000_000)] as [(Double, Int64)]
        {
            #expect(Date(timeIntervalSince1970: seconds).wholeSeconds == whole)
            #expect(Date(wholeSeconds: whole).wholeSeconds == whole)
        }
    }
}
