import Foundation
import Testing

@testable import Serving

/// The lifecycle of accounts over a real port.
@Suite(.serialized) struct AccountRoutesTests {
    private let server: RunningServer
    private var anonymous: AccountClient { AccountClient(server) }

    init() throws { server = try AccountClient.shared.get() }

    @Test func `a confirmed account stores results, and its deletion leaves no trace`() throws {
        let email = "walk.through@example.org"
        let client = anonymous
        #expect(
            try client.json("/register", ["email": "Walk.Through@Example.org", "password": AccountClient.password])
                .status == 202)
        #expect(
            try client.json("/login", ["email": email, "password": AccountClient.password]).code
                == "wrong_credentials")
        let link = try "/verify#token=" + client.tokens(for: email)[0]
        #expect(
            try client.mail(to: email)[0].contains("http://127.0.0.1:\(server.port)\(link)\n"), "the selected port")
        let opened = try client.get("/verify", accept: "text/html")
        #expect(opened.status == 200 && opened.text.contains("/link.js") && opened.text.contains("id=\"token\""))
        #expect(try client.json("/verify", ["token": client.tokens(for: email)[0]]).status == 200)
        let entered = try client.json("/login", ["email": email, "password": AccountClient.password])
        #expect(entered.status == 200 && entered.json["email"] as? String == email)
        let cookie = try #require(entered.headers["set-cookie"])
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"))

        let answer = try client.predict(7)
        let id = try #require(answer.json["id"] as? String)
        #expect(try client.get("/results/\(id)").body == answer.body, "the response is unchanged")
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
            ).code == "status 429", "sent too quickly")
        #expect(
            try client.json("/contact", ["name": "Walker", "email": email, "message": "Hello there"]).status == 202)

        let export = try client.get("/account/export").json
        #expect((export["account"] as? [String: Any])?["email"] as? String == email)
        #expect((export["contact"] as? [[String: Any]])?.first?["message"] as? String == "Hello there")
        let exported = try #require((export["results"] as? [[String: Any]])?.first)
        #expect((exported["answer"] as? [String: Any])?["id"] as? String == id)
        #expect(Data(base64Encoded: exported["picture_png"] as? String ?? "")?.isEmpty == false)

        #expect(try client.send("DELETE", "/account").code == "invalid_field", "the form's proof is necessary")
        #expect(try client.deleteAccount("another one").code == "wrong_credentials")
        #expect(try client.get("/account").status == 200)
        let deleted = try client.deleteAccount()
        #expect(deleted.status == 200 && deleted.headers["clear-site-data"] == "\"cache\", \"storage\"")
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

    @Test func `a refused form keeps its fields, but no password`() throws {
        let client = anonymous
        let sent = ["email": "x\"\u{301}<i>@example.org", "password": "hunter2 hunter2"]
        for path in ["/login", "/register"] {
            let token = try client.hidden("csrf", on: path)
            let refused = try client.form(path, sent.merging(["csrf": token]) { $1 })
            #expect((400 ..< 500).contains(refused.status), "\(path)")
            #expect(refused.text.contains("value=\"x&quot;\u{301}&lt;i&gt;@example.org\""), "\(path)")
            #expect(!refused.text.contains("hunter2"), "\(path)")
        }
        let contact = try client.form(
            "/contact",
            [
                "name": "Robin <Reed>", "email": "robin@example.org", "message": "Two\nlines & more",
                "csrf": client.hidden("csrf", on: "/contact"), "opened": client.hidden("opened", on: "/contact"),
            ])
        #expect(contact.status == 400 && contact.text.contains("value=\"Robin &lt;Reed&gt;\""))
        #expect(contact.text.contains(">Two\nlines &amp; more</textarea>"))
        #expect(contact.text.contains("value=\"robin@example.org\""))
    }

    @Test func `a link that does not arrive or has expired can be sent again`() throws {
        let email = "again@example.org"
        let client = anonymous
        let registered = try client.form(
            "/register",
            ["email": email, "password": AccountClient.password, "csrf": client.hidden("csrf", on: "/register")])
        #expect(registered.text.contains("<a href=\"/password/forgotten\">Send a new link</a>"))
        for path in ["/verify?token=short", "/verify?token=" + String(repeating: "A", count: 43)] {
            var page = try client.get(path, accept: "text/html")
            if page.status == 200 {
                page = try client.form(
                    "/verify", ["token": client.hidden("token", on: path), "csrf": client.hidden("csrf", on: path)])
            }
            #expect(page.status == 400 && page.text.contains("<h1>Send a new link</h1>"), "\(path)")
            #expect(page.text.contains("action=\"/password/forgotten\""), "\(path)")
        }
        let again = try client.form(
            "/password/forgotten", ["email": email, "csrf": client.hidden("csrf", on: "/password/forgotten")])
        #expect(again.text.contains("Send another link"))
        let token = try #require(try client.tokens(for: email, page: "password/reset").last)
        #expect(
            try client.json("/password/reset", ["token": token, "new_password": "heron velvet compass"]).status == 200)
        #expect(try client.json("/login", ["email": email, "password": "heron velvet compass"]).status == 200)
    }

    @Test func `a session ends at logout, at the next login and at a password change`() throws {
        let email = "rotation@example.org"
        let client = try AccountClient(server).enter(email)
        let first = try #require(client.cookies["heartsense-session"])
        #expect(try client.json("/login", ["email": email, "password": AccountClient.password]).status == 200)
        let second = try #require(client.cookies["heartsense-session"])
        #expect(first != second)
        func status(_ token: String) throws -> Int {
            try anonymous.send("GET", "/history", headers: ["Cookie": "heartsense-session=\(token)"]).status
        }
        #expect(try status(first) == 401 && status(second) == 200)
        let other = anonymous
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
        let left = try client.json("/logout", [:])
        #expect(left.status == 200 && left.headers["clear-site-data"] == "\"cache\", \"storage\"")
        #expect(try status(third) == 401 && client.cookies["heartsense-session"] == nil)
        #expect(try client.json("/login", ["email": email, "password": new]).status == 200)
        let stored = try AccountClient.database(of: server).read {
            try Data.fetchAll($0, sql: "SELECT token FROM sessions")
        }
        #expect(stored.allSatisfy { $0.count == 32 }, "only digests are stored")
    }

    @Test func `the pages have forms with labels and no inline code`() throws {
        let client = try AccountClient(server).enter("pages@example.org")
        for path in [
            "/register", "/login", "/password", "/password/forgotten", "/account/delete", "/contact", "/account",
            "/history",
        ] {
            let page = try client.get(path, accept: "text/html")
            #expect(page.status == 200 && page.headers["referrer-policy"] == "same-origin", "\(path)")
            #expect(page.headers["content-security-policy"]?.contains("form-action 'self'") == true)
            #expect(!page.text.contains("{{") && !page.text.contains(" style=") && page.text.contains("<nav"))
            for input in page.text.matches(of: #/<(?:input|textarea) id="([^"]*)"/#) {
                #expect(page.text.contains("<label for=\"\(input.1)\""), "\(path) \(input.1)")
            }
        }
        for path in ["/history", "/account", "/password", "/account/delete", "/results/x"] {
            let answer = try anonymous.get(path, accept: "text/html")
            #expect(answer.status == 303 && answer.headers["location"] == "/login", "\(path)")
        }
    }

    @Test func `a server without a database has no accounts, reports and reviews`() throws {
        let server = try RunningServer.shared.get()
        let paths = try #require(server.get("/openapi.json").json["paths"] as? [String: [String: Any]])
        var count = 0
        for (path, methods) in paths {
            for (method, operation) in methods {
                let responses = (operation as? [String: Any])?["responses"] as? [String: Any]
                guard responses?["501"] != nil else { continue }
                count += 1
                let answer = try AccountClient(server).send(method.uppercased(), path.replacing("{id}", with: "a"))
                #expect(answer.status == 501 && answer.code == "no_accounts", "\(method) \(path)")
            }
        }
        #expect(count == 30)
        #expect(try !server.get("/").text.contains("<nav"))
    }

    @Test func `the log contains no address, name or token`() throws {
        let log = server.log
        #expect(!log.isEmpty)
        for word in ["example.org", "heartsense-session", "violet", "tractor", "picture", "token="] {
            #expect(!log.contains(word), "\(word)")
        }
    }
}
