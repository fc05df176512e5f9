import Foundation
import Testing

@testable import APIErrors
@testable import Serving

struct AttemptLimitTests {
    private let start = Date(timeIntervalSince1970: 1_000_000)

    @Test func `beyond the count one waits until the window ends, each key for itself`() throws {
        let limit = AttemptLimit(count: 2, seconds: 60)
        try limit.take("a", now: start)
        try limit.take("a", now: start + 10)
        let refusal = #expect(throws: Refusal.self) { try limit.take("a", now: start + 20) }
        #expect(refusal?.code == .tooManyAttempts && refusal?.headers[.retryAfter] == "40")
        try limit.take("b", now: start + 20)
        try limit.take("a", now: start + 60)
    }

    @Test func `a try that was none is given back`() throws {
        let limit = AttemptLimit(count: 1, seconds: 60)
        for second in 0 ..< 5 {
            try limit.take("a", now: start + Double(second))
            limit.giveBack("a")
        }
        limit.giveBack("a")
        try limit.take("a", now: start + 6)
        #expect(throws: Refusal.self) { try limit.take("a", now: start + 7) }
    }

    @Test func `a key that is forgotten begins anew, and no other does`() throws {
        let limit = AttemptLimit(count: 1, seconds: 60)
        for key in ["a", "b"] { try limit.take(key, now: start) }
        limit.forget("a")
        try limit.take("a", now: start + 1)
        #expect(throws: Refusal.self) { try limit.take("b", now: start + 1) }
    }

    @Test func `however many keys come, those that were tried last are remembered`() throws {
        let limit = AttemptLimit(count: 1, seconds: 60, capacity: 100)
        for key in 0 ..< 1000 { try limit.take("\(key)", now: start + Double(key) / 100) }
        #expect(throws: Refusal.self) { try limit.take("999", now: start + 10) }
    }

    @Test func `an IPv6 network is one client, an IPv4 address another`() {
        #expect(ClientAddress.network("2001:db8:1:2:3::4") == ClientAddress.network("2001:db8:1:2:ffff::1"))
        #expect(ClientAddress.network("2001:db8:1:2::1") != ClientAddress.network("2001:db8:1:3::1"))
        #expect(ClientAddress.network("::ffff:10.0.0.1") != ClientAddress.network("::ffff:10.0.0.2"))
        #expect(ClientAddress.network("10.0.0.1") == "10.0.0.1")
        #expect(ClientAddress.network(String(repeating: "x", count: 9999)).count <= 45)
    }
}
