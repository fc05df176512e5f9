import Foundation
import GRDB
import TestSupport
import Testing

@testable import Storage

struct StorageReadingTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `a database in use is read and not changed`() throws {
        let path = scratch("a.sqlite")
        let storage = try ServerDatabase(path: path)
        try storage.pool.write { try ContactRow.insert(1, into: $0) }
        #expect(try ServerDatabase.read(path) { try String.fetchOne($0, sql: "SELECT name FROM contact") } == "name-1")
        let error = #expect(throws: StorageError.self) {
            try ServerDatabase.read(path) { try $0.execute(sql: "DELETE FROM contact") }
        }
        #expect(error == .sqlite(path: path, reason: "attempt to write a readonly database"))
        #expect(try storage.pool.read { try ContactRow.count(in: $0) } == 1)
    }

    @Test func `other files are rejected with their path`() throws {
        let absent = scratch("none")
        #expect(throws: StorageError.missing(path: absent)) { try ServerDatabase.reading(absent) }
        #expect(!FileManager.default.fileExists(atPath: absent))
        let text = try scratch.write("text", String(repeating: "no database ", count: 100))
        #expect(throws: StorageError.notADatabase(path: text)) { try ServerDatabase.reading(text) }
        let other = scratch("other.sqlite")
        try DatabaseQueue(path: other).write { try $0.execute(sql: "CREATE TABLE users (name TEXT)") }
        #expect(throws: StorageError.notADatabase(path: other)) { try ServerDatabase.reading(other) }
        let newer = scratch("newer.sqlite")
        try ServerDatabase(path: newer).pool.write {
            try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99')")
        }
        #expect(throws: StorageError.newer(path: newer)) { try ServerDatabase.reading(newer) }
    }

    @Test func `an invalid query gives the message of SQLite without the query`() throws {
        let path = scratch("a.sqlite")
        _ = try ServerDatabase(path: path)
        let error = #expect(throws: StorageError.self) {
            try ServerDatabase.read(path) { try Row.fetchAll($0, sql: "SELECT secret FROM nowhere") }
        }
        #expect(error?.description == "\(path): the database cannot be used: no such table: nowhere.")
    }
}
