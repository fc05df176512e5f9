import Foundation
import GRDB
import Testing

@testable import APIErrors
@testable import Accounts
@testable import Storage

struct AttemptLimitTests {
    private let start = Date(timeIntervalSince1970: 1_000_000)
    private let sample: StoredSample

    init() throws { sample = try StoredSample() }

    private func limit(_ rule: AttemptLimit.Rule, kind: String = "test") -> AttemptLimit {
        AttemptLimit(storage: sample.storage, kind: kind, rule)
    }

    /// Returns the waiting time in seconds; 0 if the attempt is accepted.
    private func wait(_ limit: AttemptLimit, _ key: String, at seconds: Double) async throws -> Int {
        do {
            try await limit.take(key, now: start + seconds)
            return 0
        } catch let error as APIError {
            #expect(error.code == .tooManyAttempts)
            return try #require(Int(error.headers[.retryAfter] ?? ""))
        }
    }

    @Test func `a key beyond its limit waits until its window ends`() async throws {
        let limit = limit(.window(count: 2, seconds: 60))
        #expect(try await wait(limit, "a", at: 0) == 0)
        #expect(try await wait(limit, "a", at: 10) == 0)
        #expect(try await wait(limit, "a", at: 20) == 40)
        #expect(try await wait(limit, "b", at: 20) == 0)
        #expect(try await wait(limit, "a", at: 60) == 0)
        #expect(try await wait(self.limit(.window(count: 0, seconds: 60)), "c", at: 0) == 60)
    }

    @Test func `a returned attempt does not count, and resetting a key does not affect others`() async throws {
        let limit = limit(.window(count: 1, seconds: 60))
        for second in 0 ..< 3 {
            #expect(try await wait(limit, "a", at: Double(second)) == 0)
            try await limit.giveBack("a")
        }
        try await limit.giveBack("a")
        #expect(try await wait(limit, "a", at: 6) == 0)
        #expect(try await wait(limit, "a", at: 7) > 0)
        #expect(try await wait(limit, "b", at: 7) == 0)
        try await limit.forget("a")
        #expect(try await wait(limit, "a", at: 8) == 0)
        #expect(try await wait(limit, "b", at: 8) > 0)
    }

    @Test func `delays double up to their limit, and a refused attempt does not extend them`() async throws {
        let limit = limit(.delay(count: 3, seconds: 15, limit: 100))
        for _ in 0 ..< 3 { #expect(try await wait(limit, "a", at: 0) == 0) }
        #expect(try await wait(limit, "a", at: 1) == 14)
        #expect(try await wait(limit, "a", at: 14) == 1)
        #expect(try await wait(limit, "a", at: 15) == 0)
        #expect(try await wait(limit, "a", at: 15) == 30)
        #expect(try await wait(limit, "a", at: 45) == 0)
        #expect(try await wait(limit, "a", at: 45) == 60)
        #expect(try await wait(limit, "a", at: 105) == 0)
        #expect(try await wait(limit, "a", at: 105) == 100)
        #expect(try await wait(limit, "a", at: 205) == 0)
        #expect(try await wait(limit, "a", at: 205) == 100)
        // A day without attempts.
        let later = 205 + AttemptLimit.memorySeconds
        for _ in 0 ..< 3 { #expect(try await wait(limit, "a", at: later) == 0) }
        #expect(try await wait(limit, "a", at: later) == 15)
    }

    @Test func `another process shares the state, and no key is readable in it`() async throws {
        let limit = limit(.window(count: 2, seconds: 60))
        #expect(try await wait(limit, "jane@example.org", at: 0) == 0)
        let other = AttemptLimit(
            storage: try ServerDatabase(path: sample.storage.path), kind: "test", .window(count: 2, seconds: 60))
        #expect(try await wait(other, "jane@example.org", at: 1) == 0)
        #expect(try await wait(limit, "jane@example.org", at: 2) == 58)
        #expect(
            try await wait(self.limit(.window(count: 2, seconds: 60), kind: "else"), "jane@example.org", at: 2) == 0)
        let keys = try await sample.storage.read { try Data.fetchAll($0, sql: "SELECT key FROM limits") }
        #expect(keys.count == 2 && keys.allSatisfy { $0.count == 32 })
    }

    @Test func `an attempt that one of several limits refuses counts for none`() async throws {
        let (one, other) = (limit(.window(count: 1, seconds: 60), kind: "1"), limit(.window(count: 9, seconds: 60)))
        try await AttemptLimit.take([(other, "a"), (one, "a")], now: start)
        for _ in 0 ..< 20 {
            await #expect(throws: APIError.self) {
                try await AttemptLimit.take([(other, "a"), (one, "a")], now: start)
            }
        }
        for _ in 0 ..< 8 { #expect(try await wait(other, "a", at: 0) == 0) }
        #expect(try await wait(other, "a", at: 0) == 60)
    }

    @Test func `of concurrent attempts the limit is accepted`() async throws {
        let limit = limit(.delay(count: 5, seconds: 15, limit: 15))
        let start = start
        let accepted = await withTaskGroup(of: Bool.self) { group in
            for _ in 0 ..< 20 { group.addTask { (try? await limit.take("a", now: start)) != nil } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(accepted == 5)
    }
}
