import Foundation
import GRDB
import TestSupport
import Testing

@testable import APIErrors
@testable import Accounts
@testable import Storage

struct AccountSessionsTests {
    private let now = Date(timeIntervalSince1970: 2_000_000)
    private let storage: ServerDatabase
    private let accounts: AccountStore

    init() throws {
        storage = try StoredSample().storage
        accounts = AccountStore(
            storage: storage, sessionSeconds: 10_000, idleSeconds: 1000, tokenSeconds: 100, resetSeconds: 50)
        for email in ["a@b.c", "d@e.f"] { _ = try storage.addUser(email) }
    }

    private func logIn(_ device: String, user: Int64 = 1, newDevice: SecretToken? = nil) async throws -> SecretToken {
        try await accounts.logIn(
            try #require(await accounts.credentials(user: user)), rehashed: nil, replacing: nil, device: device,
            newDevice: newDevice, now: now)
    }

    @Test func `a session ends after its idle time, and each use extends it up to its whole time`() async throws {
        let (used, idle) = (try await logIn("Firefox on Linux"), try await logIn("curl"))
        for step in 1 ... 11 { #expect(try await accounts.session(used, now: now + Double(step) * 900) != nil) }
        #expect(try await accounts.session(idle, now: now + 999) != nil)
        #expect(try await accounts.session(idle, now: now + 1999) == nil)
        #expect(try await accounts.session(used, now: now + 10_000) == nil, "the whole time")
    }

    @Test func `a use is recorded once a minute`() async throws {
        let token = try await logIn("curl")
        var times: [Int64?] = []
        for seconds in [30.0, 60, 61, 100, 122] {
            _ = try await accounts.session(token, now: now + seconds)
            times.append(try await storage.read { try Int64.fetchOne($0, sql: "SELECT used FROM sessions") })
        }
        #expect(times == [2_000_000, 2_000_000, 2_000_061, 2_000_061, 2_000_122])
    }

    @Test func `the open sessions of an account are listed and ended by their ids`() async throws {
        let (one, other) = (try await logIn("Firefox on Linux"), try await logIn("Safari on iPhone"))
        let foreign = try await logIn("curl", user: 2)
        let session = try #require(try await accounts.session(one, now: now))
        let list = try await accounts.sessions(of: session, now: now)
        #expect(
            list.map(\.device) == ["Firefox on Linux", "Safari on iPhone"] && list.map(\.current) == [true, false])
        #expect(list.allSatisfy { $0.created == "1970-01-24T03:33:20Z" && $0.id.count == 16 })
        #expect(try await accounts.sessions(of: session, now: now + 1000).isEmpty)
        let stranger = try #require(try await accounts.session(foreign, now: now))
        let strangers = try await accounts.sessions(of: stranger, now: now).map(\.id)
        for id in [strangers[0], "", "x", one.text] {
            await #expect(throws: APIError.self, "\(id)") { try await accounts.endSession(id, of: 1) }
        }
        try await accounts.endSession(list[1].id, of: 1)
        #expect(try await accounts.session(other, now: now) == nil)
        #expect(try await accounts.session(one, now: now) != nil)
        try await accounts.endAllSessions(of: 1)
        #expect(try await accounts.session(one, now: now) == nil)
        #expect(try await accounts.session(foreign, now: now) != nil)
    }

    @Test func `a device is known to the account that it has logged in to, until all sessions are ended`() async throws
    {
        let device = SecretToken()
        _ = try await logIn("curl", newDevice: device)
        #expect(try await accounts.isKnown(device, of: 1, now: now))
        #expect(try await !accounts.isKnown(device, of: 2, now: now))
        #expect(try await !accounts.isKnown(SecretToken(), of: 1, now: now))
        #expect(try await !accounts.isKnown(device, of: 1, now: now + AccountStore.deviceSeconds))
        for _ in 0 ..< 30 { _ = try await logIn("curl", newDevice: SecretToken()) }
        let count = try await storage.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM devices") }
        #expect(count == AccountStore.deviceLimit)
        let last = SecretToken()
        _ = try await accounts.logIn(
            try #require(await accounts.credentials(user: 1)), rehashed: nil, replacing: nil, device: "",
            newDevice: last, now: now + 1)
        #expect(try await accounts.isKnown(last, of: 1, now: now))
        try await accounts.endAllSessions(of: 1)
        #expect(try await !accounts.isKnown(last, of: 1, now: now))
    }
}
