import Testing

@testable import Accounts

struct ServerAddressTests {
    @Test func `without a public address it is the listening address`() {
        let address = ServerAddress(configured: nil, host: "127.0.0.1", port: 0)
        address.isListening(on: 40_123)
        #expect("\(address)" == "http://127.0.0.1:40123")
        #expect("\(ServerAddress(configured: nil, host: "::1", port: 8080))" == "http://[::1]:8080")
    }

    @Test func `a public address does not depend on the port`() {
        let address = ServerAddress(configured: "https://ecg.example.org/heart", host: "127.0.0.1", port: 0)
        address.isListening(on: 40_123)
        #expect("\(address)" == "https://ecg.example.org/heart")
    }
}
