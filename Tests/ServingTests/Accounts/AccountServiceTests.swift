import Foundation
import GRDB
import Testing

/// The limits of accounts, visitors and invalid tokens, and errors of attempts and the database, over a real port.
@Suite(.serialized) struct AccountServiceTests {
    private let server: RunningServer
    private var anonymous: AccountClient { AccountClient(server) }

    init() throws { server = try AccountClient.shared.get() }

    @Test func `two accounts have no access to each other's data`() throws {
        let one = try AccountClient(server).enter("one@example.org")
        let two = try AccountClient(server).enter("two@example.org")
        let mine = try #require(one.predict(100).json["id"] as? String)
        let other = try #require(two.predict(101).json["id"] as? String)
        // The same picture has the same id. Each account has its own result.
        _ = try one.predict(102)
        _ = try two.predict(102)
        for (client, stranger) in [(one, other), (two, mine)] {
            #expect(try client.get("/results/\(stranger)").code == "unknown_result")
            #expect(try client.get("/results/\(stranger)", accept: "text/html").status == 404)
            let history = try client.get("/history").json["results"] as? [[String: Any]]
            #expect(history?.count == 2 && !(history ?? []).contains { $0["id"] as? String == stranger })
            #expect(try !client.get("/account/export").text.contains(stranger))
            #expect(try !client.get("/history", accept: "text/html").text.contains(stranger))
        }
        for path in ["/history", "/results/\(mine)", "/account", "/account/export"] {
            #expect(try anonymous.get(path).code == "not_logged_in", "\(path)")
        }
        #expect(try anonymous.deleteAccount().code == "not_logged_in")
        #expect(
            try anonymous.json("/password", ["current_password": "a", "new_password": AccountClient.password + "2"])
                .code == "not_logged_in")
        #expect(try anonymous.json("/account/training", ["allowed": true]).code == "not_logged_in")
        #expect(try one.json("/account/training", [:]).code == "invalid_field")
        #expect(try two.deleteAccount().status == 200)
        #expect(
            (try one.get("/history").json["results"] as? [[String: Any]])?.count == 2, "other results are unchanged")
    }

    @Test func `used, expired and invalid tokens give no access`() throws {
        let email = "tokens@example.org"
        let client = anonymous
        for password in ["first violet tractor", "second violet tractor"] {
            #expect(try client.json("/register", ["email": email, "password": password]).status == 202)
        }
        let tokens = try client.tokens(for: email)
        #expect(tokens.count == 2)
        #expect(try client.json("/verify", ["token": tokens[1]]).status == 200)
        // The other link, with another password, is now invalid.
        for token in [tokens[1], tokens[0], String(repeating: "A", count: 43), "", "x", "' OR 1=1 --"] {
            let code = try client.json("/verify", ["token": token]).code
            #expect(code == (token.isEmpty ? "invalid_field" : "invalid_token"), "\(token)")
        }
        #expect(try client.json("/login", ["email": email, "password": "first violet tractor"]).status == 401)
        #expect(try client.json("/login", ["email": email, "password": "second violet tractor"]).status == 200)
        #expect(try client.json("/register", ["email": email, "password": "third violet tractor"]).status == 202)
        #expect(try client.tokens(for: email).count == 2, "an existing account gets no link that changes its password")

        let late = "late@example.org"
        #expect(try client.json("/register", ["email": late, "password": AccountClient.password]).status == 202)
        try expire("tokens", of: late)
        #expect(try client.json("/verify", ["token": client.tokens(for: late)[0]]).code == "invalid_token")

        let session = try AccountClient(server).enter("session@example.org")
        #expect(try session.get("/history").status == 200)
        try expire("sessions", of: "session@example.org")
        #expect(try session.get("/history").code == "not_logged_in")
        let forged = ["Cookie": "heartsense-session=" + String(repeating: "B", count: 43)]
        #expect(try anonymous.send("GET", "/history", headers: forged).code == "not_logged_in")
    }

    @Test func `attempts are limited, and the trap detects programs`() throws {
        let server = try AccountClient.server([
            "HEARTSENSE_ACCOUNTS_ATTEMPTS_PER_ACCOUNT": "3", "HEARTSENSE_ACCOUNTS_ATTEMPTS_PER_ADDRESS": "12",
            "HEARTSENSE_CONTACT_PER_ADDRESS": "3", "HEARTSENSE_CONTACT_SECONDS": "0",
            "HEARTSENSE_CONTACT_RECIPIENT": "desk@example.org", "HEARTSENSE_ACCOUNTS_SECURE_COOKIES": "true",
        ])
        let client = AccountClient(server)
        // Only one of the accounts exists, and both responses are the same.
        #expect(try client.enter("known@example.org").get("/account").status == 200)
        #expect(client.cookies.keys.sorted() == ["__Host-heartsense-device", "__Host-heartsense-session"])
        let stranger = AccountClient(server)
        for email in ["known@example.org", "unknown@example.org"] {
            let codes = try (0 ..< 4).map {
                try stranger.json("/login", ["email": email, "password": "guess \($0)"]).code
            }
            #expect(codes == ["wrong_credentials", "wrong_credentials", "wrong_credentials", "too_many_attempts"])
        }
        // The client's limit is reached, for every account.
        let statuses = try (0 ..< 5).map {
            try stranger.json("/login", ["email": "other\($0)@example.org", "password": "guess"])
        }
        #expect(statuses.last?.code == "too_many_attempts")
        #expect(Int(statuses.last?.headers["retry-after"] ?? "") ?? 0 > 0)

        let contact = ["name": "Zoë O’Neill-Łuk", "email": "a@example.org", "message": "First line\nSecond"]
        #expect(try client.json("/contact", contact).status == 202)
        #expect(try client.json("/contact", contact.merging(["website": "http://spam"]) { $1 }).status == 202)
        let page = AccountClient(server)
        let (csrf, opened) = try (page.hidden("csrf", on: "/contact"), page.hidden("opened", on: "/contact"))
        let forged = contact.merging(["csrf": csrf, "opened": "1." + opened]) { $1 }
        #expect(try page.form("/contact", forged).status == 429)
        #expect(try client.json("/contact", contact).code == "too_many_attempts")
        let stored = try AccountClient.database(of: server).read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM contact")
        }
        #expect(stored == 1)
        #expect(
            try client.mail(to: "desk@example.org")
                == ["Name: Zoë O’Neill-Łuk\nE-mail: a@example.org\n\nFirst line\nSecond\n"])
    }

    @Test func `a locked database gives 503, loses nothing, and predictions continue`() throws {
        let server = try AccountClient.server()
        let client = try AccountClient(server).enter("held@example.org")
        let database = try AccountClient.database(of: server)
        try database.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let kept = try client.predict(200)
        #expect(kept.code == "storage_unavailable" && kept.headers["retry-after"] == "5")
        #expect(try AccountClient(server).predict(200).status == 200, "without an account nothing is stored")
        #expect(try client.get("/history").status == 200, "reading continues")
        try database.inDatabase { try $0.execute(sql: "ROLLBACK") }
        #expect(try client.predict(200).status == 200)
        #expect((try client.get("/history").json["results"] as? [Any])?.count == 1)
    }

    private func expire(_ table: String, of email: String) throws {
        try AccountClient.database(of: server).write {
            try $0.execute(
                sql: "UPDATE \(table) SET expires = created WHERE user = (SELECT id FROM users WHERE email = ?)",
                arguments: [email])
        }
    }
}
