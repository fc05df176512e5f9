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

    @Test func `the log has the network of a client, and no text of a header`() {
        let networks = [
            "192.0.2.77": "192.0.2.0/24", "::ffff:192.0.2.77": "192.0.2.0/24", "2001:db8:1:2:3::4": "2001:db8:1::/48",
            "::1": "0:0:0::/48", "name@example.org": "unknown", "": "unknown",
        ]
        for (address, network) in networks { #expect(ClientAddress.loggedNetwork(address) == network, "\(address)") }
    }

    @Test func `an IPv6 network is one client, and so is an IPv4 address`() {
        #expect(ClientAddress.network("2001:db8:1:2:3::4") == ClientAddress.network("2001:db8:1:2:ffff::1"))
        #expect(ClientAddress.network("2001:db8:1:2::1") != ClientAddress.network("2001:db8:1:3::1"))
        #expect(ClientAddress.network("::ffff:10.0.0.1") != ClientAddress.network("::ffff:10.0.0.2"))
        #expect(ClientAddress.network("10.0.0.1") == "10.0.0.1")
        #expect(ClientAddress.network(String(repeating: "x", count: 9999)).count <= 45)
    }
}
