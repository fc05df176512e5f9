import Foundation
import TestSupport
import Testing

@testable import Serving

/// The event log of a server behind a proxy, over a real port.
@Suite(.serialized) struct SecurityEventTests {
    private static let proxied = ["X-Forwarded-For": "192.0.2.77"]

    /// The events of a log, each with the fields that do not depend on the time.
    private func events(_ log: String) -> [[String: String]] {
        log.split(separator: "\n").compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }.filter { $0["message"] as? String == "security event" }.map { line in
            ["event", "account", "network", "role"].reduce(into: [:]) { found, name in
                found[name] = line[name].map { "\($0)" }
            }
        }
    }

    @Test
    func `log-ins, failures, lockouts, exports and deletions are logged with account and network, without secrets`()
        throws
    {
        let server = try AccountClient.server([
            "HEARTSENSE_ACCOUNTS_CLIENT_HEADER": "X-Forwarded-For", "HEARTSENSE_ACCOUNTS_ATTEMPTS_PER_ACCOUNT": "2",
        ])
        let email = "watched@events.example"
        let client = try AccountClient(server).enter(email)
        func logIn(_ email: String, _ password: String) throws -> Int {
            try AccountClient(server).json("/login", ["email": email, "password": password], headers: Self.proxied)
                .status
        }
        #expect(try logIn(email, "wrong guess 1") == 401)
        #expect(try logIn("nobody@events.example", "wrong guess 2") == 401)
        #expect(try client.json("/account/training", ["allowed": true], headers: Self.proxied).status == 200)
        #expect(try client.send("GET", "/account/export", headers: Self.proxied).status == 200)
        for _ in 0 ..< 4 { _ = try logIn(email, "wrong guess 3") }
        #expect(
            try AccountClient(server).json(
                "/verify", ["token": String(repeating: "A", count: 43)], headers: Self.proxied
            ).code == "invalid_token")
        let page = try client.hidden("csrf", on: "/account")
        #expect(try client.form("/logout", ["csrf": page], headers: Self.proxied).status == 303)
        let other = try AccountClient(server).enter("leaving@events.example")
        #expect(
            try other.json("/account/delete", ["password": AccountClient.password], headers: Self.proxied).status == 200
        )

        let found = events(server.log)
        func has(_ event: String, _ account: String) -> Bool {
            found.contains(["event": event, "account": account, "network": "192.0.2.0/24"])
        }
        let lines = "\(found)"
        #expect(found.contains(["event": "logged_in", "account": "1", "network": "127.0.0.0/24"]), "\(lines)")
        #expect(has("login_failed", "1") && has("login_failed", "none"), "\(lines)")
        #expect(has("too_many_attempts", "1"), "\(lines)")
        #expect(has("training_changed", "1") && has("data_exported", "1"), "\(lines)")
        #expect(has("invalid_token", "none") && has("logged_out", "1") && has("account_deleted", "2"), "\(lines)")
        for word in ["events.example", "wrong guess", "192.0.2.77", "violet", "AAAAAAAA"] {
            #expect(!server.log.contains(word), "\(word)")
        }
    }

    @Test func `the log has the network of a client, and no text of a header`() {
        let networks = [
            "192.0.2.77": "192.0.2.0/24", "::ffff:192.0.2.77": "192.0.2.0/24", "2001:db8:1:2:3::4": "2001:db8:1::/48",
            "::1": "0:0:0::/48", "name@example.org": "unknown", "": "unknown",
        ]
        for (address, network) in networks { #expect(SecurityEvent.network(of: address) == network, "\(address)") }
    }

    @Test func `the command that changes a role writes an event`() throws {
        let server = try AccountClient.shared.get()
        let email = "role@events.example"
        _ = try AccountClient(server).enter(email)
        for (option, role) in [([], "clinician"), (["--revoke"], "user")] {
            let outcome = try Program.run(
                "heartsense-server", ["grant-clinician", email, "--database", AccountClient.file] + option,
                in: server.folder)
            let found = try #require(events(outcome.errors).first)
            #expect(found["event"] == "role_changed" && found["role"] == role)
            #expect(Int(found["account"] ?? "") != nil && !outcome.errors.contains(email))
        }
    }

    @Test func `the documentation has every event, and the suites of tests that it names exist`() throws {
        let checkout = SharedMaterial.checkout
        let text = try String(contentsOf: checkout.appendingPathComponent("docs/security.md"), encoding: .utf8)
        for event in SecurityEvent.allCases { #expect(text.contains("`\(event.rawValue)`"), "\(event)") }
        let files = FileManager.default.enumerator(atPath: checkout.appendingPathComponent("Tests").path)
        let names = Set((files?.compactMap { $0 as? String } ?? []).map { ($0 as NSString).lastPathComponent })
        let suites = text.matches(of: /`([A-Za-z]+Tests)`/).map { String($0.output.1) }
        #expect(suites.count > 100)
        for suite in Set(suites) { #expect(names.contains("\(suite).swift"), "\(suite)") }
    }
}
