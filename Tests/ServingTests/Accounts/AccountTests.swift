import Foundation
import GRDB
import Testing

@testable import Serving

/// Accounts over a real port.
@Suite(.serialized) struct AccountTests {
    private static let started = Result { try AccountClient.server() }
    private let server: RunningServer
    private var nobody: AccountClient { AccountClient(server) }

    init() throws { server = try Self.started.get() }

    @Test func `an account begins with its link, keeps results, and ends with nothing left anywhere`() throws {
        let email = "walk.through@example.org"
        let client = nobody
        #expect(
            try client.json("/register", ["email": "Walk.Through@Example.org", "password": AccountClient.password])
                .status == 202)
        #expect(
            try client.json("/login", ["email": email, "password": AccountClient.password]).code
                == "wrong_credentials")
        #expect(try client.get("/verify?token=" + client.tokens(for: email)[0], accept: "text/html").status == 200)
        #expect(try client.json("/verify", ["token": client.tokens(for: email)[0]]).status == 200)
        let entered = try client.json("/login", ["email": email, "password": AccountClient.password])
        #expect(entered.status == 200 && entered.json["email"] as? String == email)
        let cookie = try #require(entered.headers["set-cookie"])
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"))

        let answer = try client.predict(7)
        let id = try #require(answer.json["id"] as? String)
        #expect(try client.get("/results/\(id)").body == answer.body, "the answer as it was given")
        let history = try client.get("/history").json["results"] as? [[String: Any]]
        #expect(history?.count == 1 && history?.first?["file"] as? String == "picture 7.png")
        let page = try client.get("/history", accept: "text/html").text
        #expect(page.contains("picture 7.png") && page.contains("/results/\(id)"))
        #expect(
            try client.form(
                "/contact",
                [
                    "name": "Walker", "email": email, "message": "Hello there",
                    "csrf": client.hidden("csrf", on: "/contact"),
                    "opened": client.hidden("opened", on: "/contact"),
                ]
            ).code == "status 429", "quicker than people write")
        #expect(
            try client.json("/contact", ["name": "Walker", "email": email, "message": "Hello there"]).status == 202)

        let export = try client.get("/account/export").json
        #expect((export["account"] as? [String: Any])?["email"] as? String == email)
        #expect((export["contact"] as? [[String: Any]])?.first?["message"] as? String == "Hello there")
        let exported = try #require((export["results"] as? [[String: Any]])?.first)
        #expect((exported["answer"] as? [String: Any])?["id"] as? String == id)
        #expect(Data(base64Encoded: exported["picture_png"] as? String ?? "")?.isEmpty == false)

        #expect(try client.send("DELETE", "/account").status == 200)
        #expect(try client.get("/history").code == "not_logged_in")
        #expect(
            try client.json("/login", ["email": email, "password": AccountClient.password]).code
                == "wrong_credentials")
        for name in try FileManager.default.subpathsOfDirectory(atPath: server.folder) {
            guard let bytes = FileManager.default.contents(atPath: "\(server.folder)/\(name)") else { continue }
            for word in [email, id, "Walker", "picture 7.png", "Hello there"] {
                #expect(bytes.range(of: Data(word.utf8)) == nil, "\(word) in \(name)")
            }
        }
    }

    @Test func `two accounts see nothing of each other's`() throws {
        let one = try AccountClient(server).enter("one@example.org")
        let two = try AccountClient(server).enter("two@example.org")
        let mine = try #require(one.predict(100).json["id"] as? String)
        let other = try #require(two.predict(101).json["id"] as? String)
        // The same picture has the same id; each has a result of its own.
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
            #expect(try nobody.get(path).code == "not_logged_in", "\(path)")
        }
        #expect(try nobody.send("DELETE", "/account").code == "not_logged_in")
        #expect(
            try nobody.json("/password", ["current_password": "a", "new_password": AccountClient.password + "2"])
                .code == "not_logged_in")
        #expect(try nobody.json("/account/training", ["allowed": true]).code == "not_logged_in")
        #expect(try two.send("DELETE", "/account").status == 200)
        #expect((try one.get("/history").json["results"] as? [[String: Any]])?.count == 2, "the other's are untouched")
    }

    @Test func `tokens that were used, have expired or were made up let nobody in`() throws {
        let email = "tokens@example.org"
        let client = nobody
        for password in ["first violet tractor", "second violet tractor"] {
            #expect(try client.json("/register", ["email": email, "password": password]).status == 202)
        }
        let tokens = try client.tokens(for: email)
        #expect(tokens.count == 2)
        #expect(try client.json("/verify", ["token": tokens[1]]).status == 200)
        // The other link, of another password, is void with it.
        for token in [tokens[1], tokens[0], String(repeating: "A", count: 43), "", "x", "' OR 1=1 --"] {
            let code = try client.json("/verify", ["token": token]).code
            #expect(code == (token.isEmpty ? "invalid_field" : "invalid_token"), "\(token)")
        }
        #expect(try client.json("/login", ["email": email, "password": "first violet tractor"]).status == 401)
        #expect(try client.json("/login", ["email": email, "password": "second violet tractor"]).status == 200)
        #expect(try client.json("/register", ["email": email, "password": "third violet tractor"]).status == 202)
        #expect(try client.tokens(for: email).count == 2, "an account gets no link that would change its password")

        let late = "late@example.org"
        #expect(try client.json("/register", ["email": late, "password": AccountClient.password]).status == 202)
        try AccountClient.database(of: server).write { try $0.execute(sql: "UPDATE tokens SET expires = created") }
        #expect(try client.json("/verify", ["token": client.tokens(for: late)[0]]).code == "invalid_token")

        let session = try AccountClient(server).enter("session@example.org")
        #expect(try session.get("/history").status == 200)
        try AccountClient.database(of: server).write { try $0.execute(sql: "UPDATE sessions SET expires = created") }
        #expect(try session.get("/history").code == "not_logged_in")
        let forged = ["Cookie": "heartsense-session=" + String(repeating: "B", count: 43)]
        #expect(try nobody.send("GET", "/history", headers: forged).code == "not_logged_in")
    }

    @Test func `a session ends at log-out, at another log-in and at a change of the password`() throws {
        let email = "rotation@example.org"
        let client = try AccountClient(server).enter(email)
        let first = try #require(client.cookies["heartsense-session"])
        #expect(try client.json("/login", ["email": email, "password": AccountClient.password]).status == 200)
        let second = try #require(client.cookies["heartsense-session"])
        #expect(first != second)
        func status(_ token: String) throws -> Int {
            try nobody.send("GET", "/history", headers: ["Cookie": "heartsense-session=\(token)"]).status
        }
        #expect(try status(first) == 401 && status(second) == 200)
        let other = nobody
        #expect(try other.json("/login", ["email": email, "password": AccountClient.password]).status == 200)
        let new = "quiet lantern beside rivers"
        #expect(try client.json("/password", ["current_password": "wrong", "new_password": new]).status == 401)
        #expect(
            try client.json("/password", ["current_password": AccountClient.password, "new_password": "password123"])
                .code == "weak_password")
        #expect(
            try client.json("/password", ["current_password": AccountClient.password, "new_password": new]).status
                == 200)
        #expect(try status(second) == 401 && other.get("/history").status == 401)
        let third = try #require(client.cookies["heartsense-session"])
        #expect(try status(third) == 200)
        #expect(try client.json("/logout", [:]).status == 200)
        #expect(try status(third) == 401 && client.cookies["heartsense-session"] == nil)
        #expect(try client.json("/login", ["email": email, "password": new]).status == 200)
        let stored = try AccountClient.database(of: server).read {
            try Data.fetchAll($0, sql: "SELECT token FROM sessions")
        }
        #expect(stored.allSatisfy { $0.count == 32 }, "digests alone are stored")
    }

    @Test func `a form without its page's token, or from another site, is refused`() throws {
        let client = try AccountClient(server).enter("forms@example.org")
        let forms: [(String, [String: String])] = [
            ("/register", ["email": "x@example.org", "password": AccountClient.password]),
            ("/login", ["email": "forms@example.org", "password": AccountClient.password]),
            ("/verify", ["token": String(repeating: "A", count: 43)]), ("/logout", [:]),
            ("/password", ["current_password": "a", "new_password": "b"]), ("/account/delete", ["password": "a"]),
            ("/account/training", ["allowed": "true"]), ("/contact", ["name": "a", "email": "a@b.c", "message": "m"]),
        ]
        let token = try client.hidden("csrf", on: "/account")
        let visitor = nobody
        let foreign = try visitor.hidden("csrf", on: "/login")
        for (path, fields) in forms {
            for wrong in [nil, "", "x", foreign] {
                let answer = try client.form(path, fields.merging(wrong.map { ["csrf": $0] } ?? [:]) { $1 })
                #expect(answer.status == 403 && answer.text.contains("forged_request"), "\(path) \(wrong ?? "nil")")
            }
            for headers in [
                ["Origin": "https://elsewhere.example"], ["Origin": "null"], ["Sec-Fetch-Site": "cross-site"],
                ["Sec-Fetch-Site": "same-site"],
            ] {
                #expect(try client.form(path, fields.merging(["csrf": token]) { $1 }, headers: headers).status == 403)
                #expect(try client.json(path, fields, headers: headers).code == "forged_request", "\(path)")
            }
            let plain = try client.send("POST", path, type: "text/plain", Data("{}".utf8))
            #expect(plain.code == "unsupported_media_type")
        }
        #expect(try client.send("DELETE", "/account", headers: ["Origin": "https://elsewhere.example"]).status == 403)
        #expect(try client.get("/account").status == 200, "still there")
        // A picture that another site sends is answered as to nobody.
        let sent = try client.send(
            "POST", "/predict", type: "image/png", ServedModel.picture(9),
            headers: ["Origin": "https://elsewhere.example"])
        #expect(sent.status == 200)
        #expect((try client.get("/history").json["results"] as? [Any])?.isEmpty == true)
        // With its token, and from its own site, a form works.
        let own = ["Origin": "http://x", "Sec-Fetch-Site": "same-origin"]
        #expect(try client.form("/account/training", ["csrf": token, "allowed": "true"], headers: own).status == 303)
        #expect(try client.get("/account").json["training"] as? Bool == true)
        #expect(try client.form("/account/delete", ["csrf": token, "password": "wrong"], headers: own).status == 401)
        let deleted = try client.form(
            "/account/delete", ["csrf": token, "password": AccountClient.password], headers: own)
        #expect(deleted.status == 200 && deleted.text.contains("is deleted"))
    }

    @Test func `SQL, HTML and line ends in every field are refused with a code, and change nothing`() throws {
        let client = try AccountClient(server).enter("fields@example.org")
        let hostile = [
            "'; DROP TABLE users; --", "<script>alert(1)</script>", "a@b.c\r\nBcc: x@y.z", "x\u{0}y", "\u{202e}",
        ]
        let good = ["email": "good@example.org", "password": AccountClient.password]
        let routes: [(String, [String: String], [String])] = [
            ("/register", good, ["email"]), ("/login", good, ["email", "password"]),
            ("/verify", ["token": ""], ["token"]),
            (
                "/password", ["current_password": AccountClient.password, "new_password": "b"],
                ["current_password", "new_password"]
            ),
            ("/account/delete", ["password": ""], ["password"]),
            ("/account/training", ["allowed": "true"], ["allowed"]),
            ("/contact", ["name": "A", "email": "a@example.org", "message": "m"], ["name", "email"]),
        ]
        for (path, fields, attacked) in routes {
            for field in attacked {
                for text in hostile {
                    let sent = fields.merging([field: text]) { $1 }
                    let answer = try client.json(path, sent)
                    #expect((400 ..< 500).contains(answer.status), "\(path) \(field) \(text)")
                    #expect(ErrorCode(rawValue: answer.code) != nil)
                    let token = try client.hidden("csrf", on: "/account")
                    let page = try client.form(path, sent.merging(["csrf": token]) { $1 })
                    #expect((400 ..< 500).contains(page.status), "\(path) \(field) \(text)")
                    #expect(!page.text.contains("<script>alert"))
                }
            }
            #expect(try client.json(path, fields.merging(["x": "y"]) { $1 }).code == "unknown_field")
            #expect(try client.send("POST", path, type: "application/json", Data("[1]".utf8)).code == "malformed_json")
            #expect(
                try client.send(
                    "POST", path, type: "application/x-www-form-urlencoded", Data("a=%zz".utf8)
                ).code == "invalid_field")
        }
        for text in ["<b>x</b>", "a\u{0}b", String(repeating: "x", count: 5001)] {
            #expect(
                try client.json("/contact", ["name": "A", "email": "a@example.org", "message": text]).code
                    == "invalid_field")
        }
        for path in ["/history?before=%27%20OR%201", "/history?before=1", "/history?limit=0", "/history?limit=x"] {
            #expect(try client.get(path).code == "malformed_query", "\(path)")
        }
        for id in ["%27%20OR%201=1%20--", "%3Cscript%3E", "..%2f..", "x%0d%0aSet-Cookie:%20a=b"] {
            #expect(try client.get("/results/\(id)").status == 404)
        }
        let large = Data("email=".utf8) + Data(repeating: 120, count: 70_000)
        let refused = try client.send("POST", "/login", type: "application/x-www-form-urlencoded", large)
        #expect(refused.code == "body_too_large")
        #expect(try client.get("/account").status == 200)
        let tables = try AccountClient.database(of: server).read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master WHERE type = 'table'")
        }
        #expect(tables == 11)
    }

    @Test func `who guesses is told to wait, and the trap takes in programs`() throws {
        let server = try AccountClient.server([
            "HEARTSENSE_ACCOUNTS_ATTEMPTS_PER_ACCOUNT": "3", "HEARTSENSE_ACCOUNTS_ATTEMPTS_PER_ADDRESS": "12",
            "HEARTSENSE_CONTACT_PER_ADDRESS": "3", "HEARTSENSE_CONTACT_SECONDS": "0",
            "HEARTSENSE_CONTACT_RECIPIENT": "desk@example.org", "HEARTSENSE_ACCOUNTS_SECURE_COOKIES": "true",
        ])
        let client = AccountClient(server)
        // The account exists for one, not for the other: both answers are the same.
        #expect(try client.enter("known@example.org").get("/account").status == 200)
        #expect(client.cookies.keys.sorted() == ["__Host-heartsense-session"])
        for email in ["known@example.org", "unknown@example.org"] {
            let codes = try (0 ..< 4).map {
                try client.json("/login", ["email": email, "password": "guess \($0)"]).code
            }
            #expect(codes == ["wrong_credentials", "wrong_credentials", "wrong_credentials", "too_many_attempts"])
        }
        // The address has tried enough by now, whichever account it is about.
        let statuses = try (0 ..< 3).map {
            try client.json("/login", ["email": "other\($0)@example.org", "password": "guess"])
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
        let (stored, mailed) = try AccountClient.database(of: server).read { database in
            (
                try Int.fetchOne(database, sql: "SELECT count(*) FROM contact"),
                try String.fetchAll(database, sql: "SELECT text FROM outbox WHERE recipient = 'desk@example.org'")
            )
        }
        #expect(stored == 1 && mailed == ["Name: Zoë O’Neill-Łuk\nE-mail: a@example.org\n\nFirst line\nSecond\n"])
    }

    @Test func `pages have forms with labels and nothing inline`() throws {
        let client = try AccountClient(server).enter("pages@example.org")
        for path in ["/register", "/login", "/password", "/account/delete", "/contact", "/account", "/history"] {
            let page = try client.get(path, accept: "text/html")
            #expect(page.status == 200 && page.headers["referrer-policy"] == "same-origin", "\(path)")
            #expect(page.headers["content-security-policy"]?.contains("form-action 'self'") == true)
            #expect(!page.text.contains("{{") && !page.text.contains(" style=") && page.text.contains("<nav"))
            for input in page.text.matches(of: #/<(?:input|textarea) id="([^"]*)"/#) {
                #expect(page.text.contains("<label for=\"\(input.1)\""), "\(path) \(input.1)")
            }
        }
        for path in ["/history", "/account", "/password", "/account/delete", "/results/x"] {
            let answer = try nobody.get(path, accept: "text/html")
            #expect(answer.status == 303 && answer.headers["location"] == "/login", "\(path)")
        }
    }

    @Test func `a database that is held answers 503, loses nothing and predictions go on`() throws {
        let client = try AccountClient(server).enter("held@example.org")
        let database = try AccountClient.database(of: server)
        try database.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let kept = try client.predict(200)
        #expect(kept.code == "storage_unavailable" && kept.headers["retry-after"] == "5")
        #expect(try nobody.predict(200).status == 200, "whose results nobody keeps is answered")
        #expect(try client.get("/history").status == 200, "reading goes on")
        try database.inDatabase { try $0.execute(sql: "ROLLBACK") }
        #expect(try client.predict(200).status == 200)
        #expect((try client.get("/history").json["results"] as? [Any])?.count == 1)
    }

    @Test func `a server without a database says so`() throws {
        let server = try RunningServer.shared.get()
        for (method, path) in AccountRouteTable.paths {
            let answer = try AccountClient(server).send(method.rawValue, path.replacing("{id}", with: "a"))
            #expect(answer.status == 501 && answer.code == "no_accounts", "\(method) \(path)")
        }
        #expect(try !server.get("/").text.contains("<nav"))
    }

    @Test func `the log has no address, name or token`() throws {
        let log = server.log
        #expect(!log.isEmpty)
        for word in ["example.org", "heartsense-session", "violet", "tractor", "picture", "token="] {
            #expect(!log.contains(word), "\(word)")
        }
    }
}
