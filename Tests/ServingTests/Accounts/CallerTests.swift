import Foundation
import GRDB
import TestSupport
import Testing

@testable import APIErrors
@testable import Serving

/// Cross-site requests and hostile fields, over a real port.
@Suite(.serialized) struct CallerTests {
    private let server: RunningServer
    private var anonymous: AccountClient { AccountClient(server) }

    init() throws { server = try AccountClient.shared.get() }

    @Test func `a form without its token or from another site is rejected`() throws {
        let client = try AccountClient(server).enter("forms@example.org")
        let forms: [(String, [String: String])] = [
            ("/register", ["email": "x@example.org", "password": AccountClient.password]),
            ("/login", ["email": "forms@example.org", "password": AccountClient.password]),
            ("/verify", ["token": String(repeating: "A", count: 43)]), ("/logout", [:]),
            ("/password", ["current_password": "a", "new_password": "b"]), ("/account/delete", ["password": "a"]),
            ("/account/sessions/end", ["session": "all"]), ("/account/training", ["allowed": "true"]),
            ("/contact", ["name": "a", "email": "a@b.c", "message": "m"]),
            ("/password/forgotten", ["email": "forms@example.org"]),
            ("/password/reset", ["token": String(repeating: "A", count: 43), "new_password": AccountClient.password]),
        ]
        let token = try client.hidden("csrf", on: "/account")
        let visitor = anonymous
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
        // A picture sent by another site is classified without the account.
        let sent = try client.send(
            "POST", "/predict", type: "image/png", SpikePicture.png(9),
            headers: ["Origin": "https://elsewhere.example"])
        #expect(sent.status == 200)
        #expect((try client.get("/history").json["results"] as? [Any])?.isEmpty == true)
        // A form of the same site with its token works.
        let own = ["Origin": "http://x", "Sec-Fetch-Site": "same-origin"]
        #expect(try client.form("/account/training", ["csrf": token, "allowed": "true"], headers: own).status == 303)
        #expect(try client.get("/account").json["training"] as? Bool == true)
        #expect(try client.form("/account/delete", ["csrf": token, "password": "wrong"], headers: own).status == 401)
        let deleted = try client.form(
            "/account/delete", ["csrf": token, "password": AccountClient.password], headers: own)
        #expect(deleted.status == 200 && deleted.text.contains("have been deleted"))
    }

    @Test func `SQL, HTML and line breaks in fields are rejected with a code and change nothing`() throws {
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
                ["current_password"]
            ),
            ("/account/delete", ["password": ""], ["password"]),
            ("/account/training", ["allowed": "true"], ["allowed"]),
            ("/contact", ["name": "A", "email": "a@example.org", "message": "m"], ["name", "email"]),
            ("/password/forgotten", ["email": "a@example.org"], ["email"]),
            ("/password/reset", ["token": "", "new_password": AccountClient.password], ["token"]),
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
        // A password may contain any text, because it is hashed, except line breaks.
        let ending = ["current_password": AccountClient.password, "new_password": "violet tractor\r\nover glass"]
        #expect(try client.json("/password", ending).code == "invalid_field")
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
        let users = try AccountClient.database(of: server).read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM users WHERE email = 'fields@example.org'")
        }
        #expect(users == 1, "the tables exist")
    }
}
