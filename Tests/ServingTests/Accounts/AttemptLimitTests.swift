import Foundation
import Testing

@testable import APIErrors
@testable import Serving

struct AttemptLimitTests {
    private let start = Date(timeIntervalSince1970: 1_000_000)

    @Test func `a key beyond its limit waits until its window ends`() throws {
        let limit = AttemptLimit(count: 2, seconds: 60)
        try limit.take("a", now: start)
        try limit.take("a", now: start + 10)
        let error = #expect(throws: APIError.self) { try limit.take("a", now: start + 20) }
        #expect(error?.code == .tooManyAttempts && error?.headers[.retryAfter] == "40")
        try limit.take("b", now: start + 20)
        try limit.take("a", now: start + 60)
    }

    @Test func `a returned attempt does not count`() throws {
        let limit = AttemptLimit(count: 1, seconds: 60)
        for second in 0 ..< 5 {
            try limit.take("a", now: start + Double(second))
            limit.giveBack("a")
        }
        limit.giveBack("a")
        try limit.take("a", now: start + 6)
        #expect(throws: APIError.self) { try limit.take("a", now: start + 7) }
    }

    @Test func `resetting a key does not affect others`() throws {
        let limit = AttemptLimit(count: 1, seconds: 60)
        for key in ["a", "b"] { try limit.take(key, now: start) }
        limit.forget("a")
        try limit.take("a", now: start + 1)
        #expect(throws: APIError.self) { try limit.take("b", now: start + 1) }
    }

    @Test func `the latest keys are kept beyond the capacity`() throws {
        let limit = AttemptLimit(count: 1, seconds: 60, capacity: 100)
        for key in 0 ..< 1000 { try limit.take("\(key)", now: start + Double(key) / 100) }
        #expect(throws: APIError.self) { try limit.take("999", now: start + 10) }
    }

    @Test func `an IPv6 network is one client, and so is an IPv4 address`() {
        #expect(ClientAddress.network("2001:db8:1:2:3::4") == ClientAddress.network("2001:db8:1:2:ffff::1"))
        #expect(ClientAddress.network("2001:db8:1:2::1") != ClientAddress.network("2001:db8:1:3::1"))
        #expect(ClientAddress.network("::ffff:10.0.0.1") != ClientAddress.network("::ffff:10.0.0.2"))
        #expect(ClientAddress.network("10.0.0.1") == "10.0.0.1")
        #expect(ClientAddress.network(String(repeating: "x", count: 9999)).count <= 45)
    }
}
