import Foundation
import TestSupport
import Testing

@testable import Storage

struct StorageBackupTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func count(_ storage: ServerDatabase) throws -> Int {
        try storage.pool.read { try ContactRow.count(in: $0) }
    }

    @Test func `a backup during writing is one complete file`() async throws {
        let (path, copy) = (scratch("a.sqlite"), scratch("copy.sqlite"))
        let storage = try ServerDatabase(path: path)
        try await storage.pool.write { database in
            for number in 0 ..< 100 { try ContactRow.insert(number, bytes: 3000, into: database) }
        }
        let writing = Task {
            // Transactions of two rows: the copy must not contain one of them.
            for number in 0 ..< 100 {
                try await storage.pool.write {
                    try ContactRow.insert(number, into: $0)
                    try ContactRow.insert(number, into: $0)
                }
            }
        }
        let bytes = try ServerDatabase.backUp(path, to: copy)
        try await writing.value
        #expect(bytes > 300_000)
        #expect(try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int == 0o600)
        #expect(!FileManager.default.fileExists(atPath: copy + "-wal"))
        let copied = try count(ServerDatabase(path: copy))
        #expect(copied >= 100 && copied.isMultiple(of: 2))

        #expect(throws: StorageError.missing(path: "none")) { try ServerDatabase.backUp("none", to: copy) }
        let empty = try scratch.write("empty.sqlite", "")
        #expect(throws: StorageError.notADatabase(path: empty)) { try ServerDatabase.backUp(empty, to: copy) }
        #expect(try count(ServerDatabase(path: copy)) == copied, "the older copy is unchanged")
    }
}
