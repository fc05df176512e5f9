import Foundation
import GRDB
import TestSupport
import Testing

@testable import APIErrors
@testable import Accounts
@testable import Storage

/// Errors of the database as the API reports them.
struct DatabaseAccessTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func count(_ storage: ServerDatabase) async throws -> Int {
        try await storage.read { try ContactRow.count(in: $0) }
    }

    @Test func `a full disk is an error, and writing continues when there is space`() async throws {
        let path = scratch("a.sqlite")
        let storage = try ServerDatabase(path: path, byteLimit: 600_000)
        var written = 0
        var found: APIError?
        while found == nil, written < 1000 {
            do {
                let number = written
                try await storage.write { try ContactRow.insert(number, bytes: 4000, into: $0) }
                written += 1
            } catch { found = error as? APIError }
        }
        #expect(found?.code == .storageUnavailable && found?.headers[.retryAfter] == "5")
        #expect(try await count(storage) == written)
        // Free space again.
        try await storage.write { try $0.execute(sql: "DELETE FROM contact WHERE id <= 10") }
        try await storage.write { try ContactRow.insert(0, bytes: 4000, into: $0) }
        #expect(try await count(storage) == written - 9)
    }

    @Test func `a locked database is an error for writing, and reading continues`() async throws {
        let path = scratch("a.sqlite")
        let storage = try ServerDatabase(path: path, busySeconds: 0.1)
        try await storage.write { try ContactRow.insert(1, into: $0) }
        var holding = Configuration()
        holding.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: path, configuration: holding)
        try await other.writeWithoutTransaction { database in
            try database.execute(sql: "BEGIN IMMEDIATE")
        }
        await #expect(throws: APIError(ofStorage: DatabaseError(resultCode: .SQLITE_BUSY))) {
            try await storage.write { try ContactRow.insert(2, into: $0) }
        }
        #expect(try await count(storage) == 1)
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try await storage.write { try ContactRow.insert(2, into: $0) }
        #expect(try await count(storage) == 2)
    }

    @Test func `deleted data are in no file after the log is emptied`() async throws {
        let path = scratch("a.sqlite")
        let storage = try ServerDatabase(path: path)
        try await storage.write { database in
            for number in 0 ..< 300 { try ContactRow.insert(number, bytes: 500, into: database) }
        }
        try await storage.write { try $0.execute(sql: "DELETE FROM contact") }
        #expect(try await storage.emptyLog())
        for suffix in ["", "-wal"] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path + suffix))
            #expect(bytes.range(of: Data("name-".utf8)) == nil && bytes.range(of: Data("xxxx".utf8)) == nil)
        }
    }
}
