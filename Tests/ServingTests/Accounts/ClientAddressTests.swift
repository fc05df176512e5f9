import Testing

@testable import Serving

struct ClientAddressTests {
    @Test func `an IPv6 network is one client, and so is an IPv4 address`() {
        #expect(ClientAddress.network("2001:db8:1:2:3::4") == ClientAddress.network("2001:db8:1:2:ffff::1"))
        #expect(ClientAddress.network("2001:db8:1:2::1") != ClientAddress.network("2001:db8:1:3::1"))
        #expect(ClientAddress.network("::ffff:10.0.0.1") != ClientAddress.network("::ffff:10.0.0.2"))
        #expect(ClientAddress.network("10.0.0.1") == "10.0.0.1")
        #expect(ClientAddress.network(String(repeating: "x", count: 9999)).count <= 45)
    }

    @Test func `a network contains the addresses with its first bits`() throws {
        let cases: [(network: String, inside: [String], outside: [String])] = [
            ("10.0.0.0/8", ["10.1.2.3", "::ffff:10.9.9.9"], ["11.0.0.1", "::1", "", "10.1.2"]),
            ("192.168.4.0/22", ["192.168.7.255"], ["192.168.8.0", "192.168.3.255"]),
            ("192.0.2.7", ["192.0.2.7"], ["192.0.2.6"]),
            ("2001:db8::/33", ["2001:db8:7fff::1"], ["2001:db8:8000::1", "10.0.0.1"]),
            ("0.0.0.0/0", ["10.1.2.3"], ["2001:db8::1"]),
        ]
        for (text, inside, outside) in cases {
            let network = try #require(ClientNetwork(text))
            for address in inside { #expect(network.contains(address), "\(address) in \(text)") }
            for address in outside { #expect(!network.contains(address), "\(address) not in \(text)") }
        }
        for text in ["", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "::/129", "clinic", "10.0.0.0/8/8", "10.0.0.0/"] {
            #expect(ClientNetwork(text) == nil, "\(text)")
        }
    }
}
