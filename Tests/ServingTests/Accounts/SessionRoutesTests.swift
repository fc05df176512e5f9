import Foundation
import GRDB
import Testing

/// Sessions over a real port.
@Suite(.serialized) struct SessionRoutesTests {
    private let server: RunningServer

    init() throws { server = try AccountClient.shared.get() }

    private func logIn(_ email: String, browser: String) throws -> AccountClient {
        let client = AccountClient(server)
        let body = try JSONSerialization.data(withJSONObject: ["email": email, "password": AccountClient.password])
        let headers = ["User-Agent": browser]
        #expect(try client.send("POST", "/login", type: "application/json", body, headers: headers).status == 200)
        return client
    }

    private func sessions(_ client: AccountClient) throws -> [[String: Any]] {
        try #require(client.get("/account/sessions").json["sessions"] as? [[String: Any]])
    }

    @Test func `sessions are listed and ended one by one or together`() throws {
        let email = "sessions@example.org"
        let one = try AccountClient(server).enter(email)
        let other = try logIn(email, browser: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
        let list = try sessions(other)
        #expect(list.count == 2 && list[0]["current"] as? Bool == true && list[1]["current"] as? Bool == false)
        #expect(list.map { $0["device"] as? String } == ["Firefox on Linux", "Unknown device"])
        let page = try other.get("/account/sessions", accept: "text/html")
        #expect(page.status == 200 && page.text.contains("<h2>Firefox on Linux (this device)</h2>"))
        #expect(page.text.contains("<h2>Unknown device</h2>") && !page.text.contains("{{"))
        for id in [list[0], list[1]].map({ $0["id"] as? String ?? "" }) {
            #expect(page.text.contains("name=\"session\" value=\"\(id)\""))
        }
        let csrf = try other.hidden("csrf", on: "/account/sessions")
        let ended = try other.form(
            "/account/sessions/end", ["csrf": csrf, "session": list[1]["id"] as? String ?? ""])
        #expect(ended.status == 303 && ended.headers["location"] == "/account/sessions")
        #expect(ended.headers["clear-site-data"] == nil)
        #expect(try one.get("/account").code == "not_logged_in" && other.get("/account").status == 200)
        #expect(try other.json("/account/sessions/end", ["session": "0011223344556677"]).code == "invalid_field")

        let third = try logIn(email, browser: "curl/8.5.0")
        let all = try third.json("/account/sessions/end", ["session": "all"])
        #expect(
            all.status == 200 && all.headers["clear-site-data"] != nil && third.cookies["heartsense-session"] == nil)
        for client in [other, third] { #expect(try client.get("/account").code == "not_logged_in") }
        #expect(try third.get("/account/sessions").code == "not_logged_in")
        #expect(try third.get("/account/sessions", accept: "text/html").headers["location"] == "/login")
        #expect(try third.json("/account/sessions/end", ["session": "all"]).code == "not_logged_in")
    }

    @Test func `a session without requests ends after its idle time`() throws {
        let email = "idle@example.org"
        let client = try AccountClient(server).enter(email)
        #expect(try client.get("/account").status == 200)
        try AccountClient.database(of: server).write {
            try $0.execute(
                sql: """
                    UPDATE sessions SET used = used - 86400 WHERE user = (SELECT id FROM users WHERE email = ?)
                    """, arguments: [email])
        }
        #expect(try client.get("/account").code == "not_logged_in")
    }

    @Test func `clinicians log in from the configured networks only, and TLS is announced for an https address`() throws
    {
        let server = try AccountClient.server([
            "HEARTSENSE_ACCOUNTS_CLINICIAN_NETWORKS": "10.0.0.0/8, 2001:db8::/32",
            "HEARTSENSE_ACCOUNTS_CLIENT_HEADER": "X-Forwarded-For",
            "HEARTSENSE_ACCOUNTS_PUBLIC_URL": "https://ecg.example.org",
            "HEARTSENSE_ACCOUNTS_SECURE_COOKIES": "true",
        ])
        let email = "doctor@example.org"
        try AccountClient(server).enter(email)
        try AccountClient.database(of: server).write {
            try $0.execute(sql: "UPDATE users SET role = 'clinician' WHERE email = ?", arguments: [email])
        }
        func logIn(from address: String, _ password: String = AccountClient.password) throws -> Connection.Answer {
            try AccountClient(server).json(
                "/login", ["email": email, "password": password], headers: ["X-Forwarded-For": address])
        }
        #expect(try logIn(from: "10.20.30.40").json["role"] as? String == "clinician")
        #expect(
            try logIn(from: "10.1.1.1, 2001:db8::7").status == 200, "the last address is that of the proxy's client")
        for address in ["192.0.2.1", "10.1.1.1, 192.0.2.1", "2001:db9::1", "unknown"] {
            let answer = try logIn(from: address)
            #expect(answer.status == 403 && answer.code == "network_not_allowed", "\(address)")
            #expect(answer.headers["set-cookie"] == nil)
            #expect(try logIn(from: address, "a wrong password").code == "wrong_credentials")
        }
        #expect(
            try AccountClient(server).json("/login", ["email": email, "password": AccountClient.password]).status == 403
        )
        for path in ["/", "/nowhere", "/v2/health/live"] {
            #expect(try server.get(path).headers["strict-transport-security"] == "max-age=31536000", "\(path)")
            #expect(try self.server.get(path).headers["strict-transport-security"] == nil, "\(path)")
        }
    }
}
