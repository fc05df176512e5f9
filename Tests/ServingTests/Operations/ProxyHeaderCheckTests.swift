import Testing

@Suite(.serialized) struct ProxyHeaderCheckTests {
    private func warnings(_ environment: [String: String]) throws -> Int {
        let client = AccountClient(try AccountClient.server(environment))
        for address in ["192.0.2.1", "192.0.2.2"] {
            #expect(try client.send("GET", "/", headers: ["X-Forwarded-For": address]).status == 200)
        }
        #expect(!client.server.log.contains("192.0.2."))
        return client.server.log.split(separator: "\n").count { $0.contains("but accounts.client_header is off") }
    }

    @Test func `a proxy whose header is not configured gives one warning`() throws {
        #expect(try warnings([:]) == 1)
        #expect(try warnings(["HEARTSENSE_ACCOUNTS_CLIENT_HEADER": "X-Forwarded-For"]) == 0)
    }
}
