import Foundation
import GRDB
import Testing

@testable import Accounts

/// Password reset over a real port.
@Suite(.serialized) struct PasswordResetRoutesTests {
    private let server: RunningServer
    private var anonymous: AccountClient { AccountClient(server) }
    private static let new = "quiet lantern beside rivers"

    init() throws { server = try AccountClient.shared.get() }

    private func links(_ email: String) throws -> [String] {
        try anonymous.tokens(for: email, page: "password/reset")
    }

    /// Requests a link.
    private func link(_ email: String) throws -> String {
        #expect(try anonymous.json("/password/forgotten", ["email": email]).status == 202)
        return try #require(try links(email).last)
    }

    private func reset(_ token: String, _ password: String = new) throws -> Connection.Answer {
        try anonymous.json("/password/reset", ["token": token, "new_password": password])
    }

    private func logIn(_ email: String, _ password: String) throws -> Int {
        try anonymous.json("/login", ["email": email, "password": password]).status
    }

    @Test func `a mailed link sets the password once, ends all sessions and informs the address`() throws {
        let email = "forgetful@example.org"
        let (one, other) = (try AccountClient(server).enter(email), anonymous)
        #expect(try other.json("/login", ["email": email, "password": AccountClient.password]).status == 200)
        let asked = try anonymous.json("/password/forgotten", ["email": "Forgetful@Example.org"])
        #expect(asked.status == 202 && asked.json["status"] as? String == "received")
        let mail = try #require(try anonymous.mail(to: email).last)
        let token = try #require(try links(email).last)
        #expect(
            mail.contains("http://127.0.0.1:\(server.port)/password/reset#token=\(token)"), "the listening port")
        #expect(mail.contains("within an hour"))
        let stored = try AccountClient.database(of: server).read {
            try Row.fetchAll(
                $0,
                sql: """
                    SELECT token, expires - tokens.created AS seconds FROM tokens JOIN users ON users.id = user
                    WHERE email = ?
                    """, arguments: [email])
        }
        #expect(stored.map { $0["token"] as Data } == [try #require(SecretToken(token)).digest], "only its digest")
        #expect(stored.map { $0["seconds"] as Int } == [3600])

        #expect(try one.get("/history").status == 200 && logIn(email, AccountClient.password) == 200, "nothing yet")
        for (password, code) in [
            ("password1234", "weak_password"), ("short", "weak_password"), (email, "weak_password"),
            (String(repeating: "é", count: 257), "password_too_long"), ("", "invalid_field"),
            ("violet tractor\r\nover glass", "invalid_field"),
        ] { #expect(try reset(token, password).code == code, "\(password)") }
        let done = try reset(token)
        #expect(done.status == 200 && done.json["status"] as? String == "password_changed")
        #expect(done.headers["set-cookie"] == nil, "a link does not log in")
        for client in [one, other] { #expect(try client.get("/history").code == "not_logged_in") }
        #expect(try logIn(email, AccountClient.password) == 401 && logIn(email, Self.new) == 200)
        #expect(try reset(token).code == "invalid_token", "used")
        let told = try #require(try anonymous.mail(to: email).last)
        #expect(told.contains("has just been changed") && !told.contains(Self.new))
        #expect(try anonymous.mail(to: email).count == 3, "confirmation, link and information")
    }

    @Test func `forged, expired, older and other links set no password`() throws {
        let (email, other) = ("links@reset.example", "other@reset.example")
        for one in [email, other] { try AccountClient(server).enter(one) }
        let first = try link(email)
        let second = try link(email)
        let theirs = try link(other)
        // A token for another purpose.
        let registered = "registers@reset.example"
        _ = try anonymous.json("/register", ["email": registered, "password": AccountClient.password])
        let verification = try #require(try anonymous.tokens(for: registered).last)
        for wrong in [first, verification, String(repeating: "A", count: 43), "x", "' OR 1=1 --", second + "A"] {
            #expect(try reset(wrong).code == "invalid_token", "\(wrong)")
            let encoded = try #require(wrong.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            let page = try anonymous.get("/password/reset?token=\(encoded)", accept: "text/html")
            #expect(page.status == 400 && page.text.contains("invalid_token"), "\(wrong)")
            #expect(page.text.contains("action=\"/password/forgotten\""), "the form for another link")
        }
        #expect(try anonymous.get("/password/reset", accept: "text/html").status == 400)
        #expect(try anonymous.json("/verify", ["token": second]).code == "invalid_token")
        #expect(try anonymous.json("/send-report/confirm", ["token": second]).code == "invalid_token")
        // A link of another account sets the password of that account.
        let client = anonymous
        #expect(try client.json("/login", ["email": email, "password": AccountClient.password]).status == 200)
        let used = try client.json("/password/reset", ["token": theirs, "new_password": Self.new])
        #expect(used.status == 200)
        #expect(try client.get("/account").json["email"] as? String == email, "no other session ends")
        #expect(try logIn(other, Self.new) == 200 && logIn(email, AccountClient.password) == 200)
        try expire(email)
        #expect(try reset(second).code == "invalid_token")
        #expect(try logIn(email, AccountClient.password) == 200)
        // A password change invalidates earlier links.
        let third = try link(email)
        let changed = try client.json(
            "/password", ["current_password": AccountClient.password, "new_password": "third violet tractor"])
        #expect(changed.status == 200)
        #expect(try reset(third).code == "invalid_token")
        #expect(try anonymous.mail(to: email).last?.contains("has just been changed") == true)
    }

    private func expire(_ email: String) throws {
        try AccountClient.database(of: server).write {
            try $0.execute(
                sql: "UPDATE tokens SET expires = created WHERE user = (SELECT id FROM users WHERE email = ?)",
                arguments: [email])
        }
    }

    @Test func `of concurrent uses of a link one sets the password`() async throws {
        let email = "race@reset.example"
        try AccountClient(server).enter(email)
        let token = try link(email)
        let server = server
        let passwords = (0 ..< 8).map { "quiet lantern number \($0)" }
        let codes = try await withThrowingTaskGroup(of: (String, String).self) { group in
            for password in passwords {
                group.addTask {
                    let answer = try AccountClient(server).json(
                        "/password/reset", ["token": token, "new_password": password])
                    return (password, answer.code)
                }
            }
            return try await group.reduce(into: [String: String]()) { $0[$1.0] = $1.1 }
        }
        let winners = passwords.filter { codes[$0] == "status 200" }
        #expect(winners.count == 1 && codes.values.count { $0 == "invalid_token" } == passwords.count - 1)
        for password in passwords { #expect(try logIn(email, password) == (winners == [password] ? 200 : 401)) }
    }

    @Test func `an address without an account gets the same response and no mail`() throws {
        let (known, unknown) = ("known@reset.example", "unknown@reset.example")
        try AccountClient(server).enter(known)
        let answers = try [known, unknown].map { try anonymous.json("/password/forgotten", ["email": $0]) }
        #expect(answers[0].status == answers[1].status && answers[0].body == answers[1].body)
        let pages = try [known, unknown].map { email in
            let client = anonymous
            return try client.form(
                "/password/forgotten", ["email": email, "csrf": client.hidden("csrf", on: "/password/forgotten")])
        }
        #expect(
            pages[0].status == 200 && pages[0].body == pages[1].body && pages[0].text.contains("If this address has"))
        #expect(try anonymous.mail(to: unknown).isEmpty && links(known).count == 2)
    }

    @Test func `an unconfirmed address gets a confirmation without the password of someone else`() throws {
        let email = "unconfirmed@reset.example"
        #expect(try anonymous.json("/register", ["email": email, "password": "somebody elses tractor"]).status == 202)
        let registration = try #require(try anonymous.tokens(for: email).last)
        let token = try link(email)
        let mail = try anonymous.mail(to: email)
        #expect(mail.count == 2 && mail[1].contains("To confirm your address"))
        #expect(try reset(token).status == 200)
        #expect(try logIn(email, Self.new) == 200)
        #expect(try anonymous.json("/verify", ["token": registration]).code == "invalid_token")
        #expect(try logIn(email, "somebody elses tractor") == 401)
        #expect(try anonymous.mail(to: email).count == 2, "no password was changed")
    }

    @Test func `the page of a link sends no referrer, and keeps the link if the password is rejected`() throws {
        let email = "page@reset.example"
        try AccountClient(server).enter(email)
        let token = try link(email)
        let client = anonymous
        // Links have the token after #. Those of earlier versions have it in the query.
        let bare = try client.get("/password/reset", accept: "text/html")
        #expect(bare.status == 200 && bare.text.contains("/link.js") && bare.text.contains("id=\"token\""))
        let path = "/password/reset?token=\(token)"
        let page = try client.get(path, accept: "text/html")
        #expect(page.status == 200 && page.headers["referrer-policy"] == "strict-origin")
        #expect(page.headers["cache-control"] == "no-store")
        #expect(page.text.contains("name=\"token\" value=\"\(token)\""))
        #expect(page.text.contains("autocomplete=\"new-password\""))
        #expect(page.text.firstMatch(of: #/(?:href|src|action)="(?!\/[^\/]|\/"|#)/#) == nil, "no external links")
        for _ in 0 ..< 2 { #expect(try client.get(path, accept: "text/html").status == 200, "opening changes nothing") }

        let fields = ["token": token, "csrf": try client.hidden("csrf", on: path)]
        let refused = try client.form("/password/reset", fields.merging(["new_password": "short"]) { $1 })
        #expect(refused.status == 400 && refused.text.contains("weak_password"))
        #expect(refused.text.contains("name=\"token\" value=\"\(token)\""))
        let done = try client.form("/password/reset", fields.merging(["new_password": Self.new]) { $1 })
        #expect(done.status == 200 && done.text.contains("Your password has been changed"))
        let again = try client.form("/password/reset", fields.merging(["new_password": Self.new]) { $1 })
        #expect(again.status == 400 && again.text.contains("action=\"/password/forgotten\""))
        #expect(!again.text.contains(token))
        #expect(try client.get("/login", accept: "text/html").text.contains("href=\"/password/forgotten\""))
    }

    @Test func `an export does not contain the reset link, and a deleted account leaves no trace of it`() throws {
        // Mail waits for a server that does not exist.
        let server = try AccountClient.server([
            "HEARTSENSE_MAIL_SERVER": "smtp://127.0.0.1:1", "HEARTSENSE_MAIL_ENCRYPTION": "off",
        ])
        let email = "export@reset.example"
        let client = try AccountClient(server).enter(email)
        #expect(try client.json("/password/forgotten", ["email": email]).status == 202)
        let token = try #require(try client.tokens(for: email, page: "password/reset").last)
        let export = try client.get("/account/export")
        #expect(export.status == 200 && !export.text.contains(token))
        let links = try #require(export.json["links"] as? [[String: Any]])
        #expect(links.map { $0["purpose"] as? String } == ["reset"])
        let mail = try #require(export.json["mail"] as? [[String: Any]])
        #expect(mail.last?["subject"] as? String == "Reset your HeartSense password" && mail.last?["text"] is NSNull)
        #expect(mail.first?["text"] is String)

        #expect(try client.deleteAccount().status == 200)
        for name in try FileManager.default.subpathsOfDirectory(atPath: server.folder) {
            guard let bytes = FileManager.default.contents(atPath: "\(server.folder)/\(name)") else { continue }
            for word in [email, token] { #expect(bytes.range(of: Data(word.utf8)) == nil, "\(word) in \(name)") }
        }
        let answer = try client.json("/password/reset", ["token": token, "new_password": Self.new])
        #expect(answer.code == "invalid_token")
        let tokens = try AccountClient.database(of: server).read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM tokens")
        }
        #expect(tokens == 0)
    }

    @Test func `links are limited by address and client, and a reset restores the attempts`() throws {
        let server = try AccountClient.server([
            "HEARTSENSE_ACCOUNTS_ATTEMPTS_PER_ACCOUNT": "3", "HEARTSENSE_ACCOUNTS_ATTEMPTS_PER_ADDRESS": "20",
            "HEARTSENSE_ACCOUNTS_PUBLIC_URL": "https://ecg.example.org/", "HEARTSENSE_ACCOUNTS_RESET_HOURS": "0.5",
            "HEARTSENSE_ACCOUNTS_SECURE_COOKIES": "true",
        ])
        let client = AccountClient(server)
        let known = "limits@reset.example"
        try AccountClient(server).enter(known)
        for email in [known, "nobody@reset.example"] {
            let answers = try (0 ..< 4).map { _ in try client.json("/password/forgotten", ["email": email]) }
            #expect(answers.map(\.status) == [202, 202, 202, 429])
            #expect(answers[3].code == "too_many_attempts" && Int(answers[3].headers["retry-after"] ?? "") ?? 0 > 0)
        }
        let mail = try client.mail(to: known)
        #expect(mail.count == 4 && mail[3].contains("https://ecg.example.org/password/reset#token="))
        #expect(mail[3].contains("within 30 minutes"))
        // The user has used up the attempts.
        let guesses = try (0 ..< 4).map {
            try client.json("/login", ["email": known, "password": "guess \($0)"]).status
        }
        #expect(guesses == [401, 401, 401, 429])
        let token = try #require(try client.tokens(for: known, page: "password/reset").last)
        #expect(try client.json("/password/reset", ["token": token, "new_password": Self.new]).status == 200)
        #expect(try client.json("/login", ["email": known, "password": Self.new]).status == 200)
        // The limit of the client covers all addresses and tokens.
        var statuses: [Int] = []
        for number in 0 ..< 10 {
            statuses.append(try client.json("/password/forgotten", ["email": "x\(number)@reset.example"]).status)
        }
        #expect(statuses.first == 202 && statuses.last == 429)
        let made = ["token": String(repeating: "B", count: 43), "new_password": Self.new]
        #expect(try client.json("/password/reset", made).code == "too_many_attempts")
    }
}
