import Files
import Foundation
import GRDB
import TestSupport
import Testing

@testable import Accounts
@testable import Storage

/// Reports over a real port, with a mail folder.
@Suite(.serialized) struct ReportRoutesTests {
    private let server: RunningServer
    private var anonymous: AccountClient { AccountClient(server) }

    init() throws { server = try AccountClient.shared.get() }

    @Test func `a report is sent to the account's address, once for repeated requests`() throws {
        let email = "report@example.org"
        let client = try AccountClient(server).enter(email)
        let id = try client.result(300)
        let answers = try (0 ..< 3).map { _ in try client.json("/send-report", ["result": id, "report": "key-1"]) }
        #expect(answers.map(\.status) == [202, 202, 202])
        let report = try #require(answers[0].json["report"] as? String)
        #expect(answers.allSatisfy { $0.json["report"] as? String == report })
        #expect(answers[0].json["state"] as? String == "waiting")

        let mail = try client.mailFile(report)
        guard let read = try PythonMail.read(mail) else { return }
        #expect(read.headers["To"] == "<\(email)>" || read.headers["To"] == email)
        #expect(read.root.type == "multipart/alternative" && read.root.allDefects == [])
        let text = try #require(read.root.parts?.first?.text)
        let related = try #require(read.root.parts?.last?.parts)
        let figure = try #require(related.last)
        for part in [id, report, Digest(of: try SpikePicture.png(300)).description, "Not a medical device"] {
            #expect(text.contains(part) && related[0].text?.contains(part) == true, "\(part)")
        }
        #expect(figure.type == "image/png" && figure.id == "<figure>" && figure.disposition == "inline")
        #expect(!text.contains("picture 300"), "a file name may contain a patient's name")
        let other = try client.json("/send-report", ["result": id, "report": "key-2"])
        #expect(other.json["report"] as? String != report)
    }

    @Test func `a result without an account links to the form for guests, which keeps a refused address`() throws {
        func predict(_ client: AccountClient) throws -> String {
            try client.send(
                "POST", "/predict", type: "multipart/form-data; boundary=b",
                Form.body([("a.png", try SpikePicture.png(310))]), headers: ["Accept": "text/html"]
            ).text
        }
        let guest = anonymous
        let shown = try predict(guest)
        #expect(shown.contains("<a href=\"/send-report\">Send by e-mail</a>"))
        #expect(shown.contains("Created on <time datetime=\"20") && !shown.contains("href=\"/results/"))
        let form = try guest.get("/send-report", accept: "text/html")
        #expect(form.status == 200 && form.text.contains("name=\"email\""))
        let refused = try guest.multipart(
            "/send-report", ["email": "guest\"@", "csrf": guest.hidden("csrf", on: "/send-report")],
            picture: SpikePicture.png(310), headers: ["Accept": "text/html"])
        #expect(refused.status == 400 && refused.text.contains("value=\"guest&quot;@\""))
        #expect(refused.text.contains("name=\"files\"") && refused.text.contains("invalid_field"))

        let owner = try AccountClient(server).enter("kept-result@example.org")
        let stored = try predict(owner)
        let link = try #require(try #/Result <a href="(\/results\/[0-9a-f]{32})">/#.firstMatch(in: stored))
        let page = try owner.get(String(link.1), accept: "text/html").text
        #expect(page.contains("Created on <time datetime=\"20"))
        #expect(page.contains("alt=\"The uploaded picture.\"") && page.contains("src=\"data:image/png;base64,"))
        #expect(page.contains("<a href=\"/send-report?result=\(link.1.dropFirst("/results/".count))\">"))
    }

    @Test func `pressing the button of a report's form twice sends one report`() throws {
        let client = try AccountClient(server).enter("form-report@example.org")
        let id = try client.result(301)
        let path = "/send-report?result=\(id)"
        let fields = [
            "result": id, "report": try client.hidden("report", on: path), "csrf": try client.hidden("csrf", on: path),
        ]
        for _ in 0 ..< 2 {
            let sent = try client.multipart("/send-report", fields, headers: ["Accept": "text/html"])
            #expect(sent.status == 200 && sent.text.contains("on its way"))
        }
        // The picture of the result is accepted, another one is not.
        let picture = try SpikePicture.png(301)
        let again = fields.merging(["report": "again"]) { $1 }
        #expect(try client.multipart("/send-report", again, picture: picture).status == 202)
        let wrong = fields.merging(["report": "wrong"]) { $1 }
        #expect(try client.multipart("/send-report", wrong, picture: SpikePicture.png(302)).code == "invalid_field")
        let reports = try AccountClient.database(of: server).read {
            try Int.fetchOne(
                $0, sql: "SELECT count(*) FROM reports JOIN results ON number = result WHERE results.id = ?",
                arguments: [id])
        }
        #expect(reports == 2)
    }

    @Test func `an address without an account gets a link, and the report after confirming`() throws {
        let email = "guest@example.org"
        let picture = try SpikePicture.png(303)
        #expect(
            try anonymous.multipart("/send-report", ["email": email], picture: picture).json["status"] as? String
                == "confirmation_sent")
        let asked = try anonymous.mail(to: email)
        #expect(asked.count == 1, "only the link")
        for word in ["arrhythmia", "Normal", "score", Digest(of: picture).description] {
            #expect(!asked[0].contains(word), "\(word)")
        }
        let token = try #require(try anonymous.tokens(for: email, page: "send-report/confirm").first)
        let page = try anonymous.get("/send-report/confirm", accept: "text/html")
        #expect(page.status == 200 && page.text.contains("/link.js") && page.text.contains("id=\"token\""))
        #expect(try anonymous.mail(to: email).count == 1, "opening the link sends nothing")

        // Invalid tokens, a token for another purpose, and a used one.
        let registration = anonymous
        _ = try registration.json(
            "/register", ["email": "other-purpose@example.org", "password": AccountClient.password])
        let foreign = try #require(try registration.tokens(for: "other-purpose@example.org").first)
        #expect(try anonymous.json("/verify", ["token": token]).code == "invalid_token")
        for wrong in [foreign, String(repeating: "A", count: 43), "x", "' OR 1=1 --"] {
            #expect(try anonymous.json("/send-report/confirm", ["token": wrong]).code == "invalid_token", "\(wrong)")
        }
        #expect(try registration.json("/verify", ["token": foreign]).status == 200, "the token is still valid")
        let confirmed = try anonymous.json("/send-report/confirm", ["token": token])
        #expect(confirmed.status == 202)
        #expect(try anonymous.json("/send-report/confirm", ["token": token]).code == "invalid_token")
        let report = try #require(confirmed.json["report"] as? String)
        #expect(MailFile(try anonymous.mailFile(report)).recipient == email)

        // An expired token.
        let late = "late-guest@example.org"
        #expect(try anonymous.multipart("/send-report", ["email": late], picture: picture).status == 202)
        try AccountClient.database(of: server).write {
            try $0.execute(
                sql: "UPDATE tokens SET expires = created WHERE purpose = 'report' AND payload LIKE ?",
                arguments: ["%\(late)%"])
        }
        let expired = try #require(try anonymous.tokens(for: late, page: "send-report/confirm").first)
        #expect(try anonymous.json("/send-report/confirm", ["token": expired]).code == "invalid_token")
        #expect(try anonymous.mail(to: late).count == 1)
    }

    @Test func `reports per day are limited, and requests of others do not count for an account`() throws {
        let server = try AccountClient.server(["HEARTSENSE_MAIL_REPORTS_A_DAY": "2"])
        let email = "daily@example.org"
        let client = try AccountClient(server).enter(email)
        let id = try client.result(304)
        let picture = try SpikePicture.png(305)
        let stranger = AccountClient(server)
        let asked = try (0 ..< 3).map { _ in
            try stranger.multipart("/send-report", ["email": email], picture: picture)
        }
        #expect(asked.map(\.code) == ["status 202", "status 202", "too_many_attempts"])
        let sent = try (0 ..< 3).map { try client.json("/send-report", ["result": id, "report": "\($0)"]) }
        #expect(sent.map(\.code) == ["status 202", "status 202", "too_many_attempts"])
        let wait = try #require(Int(sent[2].headers["retry-after"] ?? ""))
        #expect((1 ... 86_401).contains(wait))
        #expect(
            try client.json("/send-report", ["result": id, "report": "1"]).status == 202, "a repeated request is free")
    }

    @Test func `a deleted account leaves no report, link or mail`() throws {
        let email = "leaves@example.org"
        let client = try AccountClient(server).enter(email)
        let id = try client.result(306)
        let report = try #require(try client.json("/send-report", ["result": id]).json["report"] as? String)
        _ = try client.mailFile(report)
        let picture = try SpikePicture.png(307)
        #expect(try anonymous.multipart("/send-report", ["email": email], picture: picture).status == 202)
        let asked = try anonymous.tokens(for: email, page: "send-report/confirm")
        #expect(asked.count == 1)
        #expect(try client.deleteAccount().status == 200)
        for name in try FileManager.default.subpathsOfDirectory(atPath: server.folder) {
            #expect(!name.contains(report))
            guard let bytes = FileManager.default.contents(atPath: "\(server.folder)/\(name)") else { continue }
            // The log has ids of messages only.
            for word in [email, id] + (name == "log" ? [] : [report]) {
                #expect(bytes.range(of: Data(word.utf8)) == nil, "\(word) in \(name)")
            }
        }
        #expect(try anonymous.json("/send-report/confirm", ["token": asked[0]]).code == "invalid_token")
    }

    @Test func `a locked or full database is an error, and no report is lost`() throws {
        // Mail waits for a server that does not exist.
        let server = try AccountClient.server([
            "HEARTSENSE_LIMITS_DATABASE_BYTES": "400000", "HEARTSENSE_MAIL_SERVER": "smtp://127.0.0.1:1",
            "HEARTSENSE_MAIL_ENCRYPTION": "off", "HEARTSENSE_MAIL_REPORTS_A_DAY": "1000",
            "HEARTSENSE_MAIL_MESSAGES_A_DAY": "1000",
            "HEARTSENSE_RETENTION_ACCOUNT_PICTURE_DAYS": "0",
        ])
        let client = try AccountClient(server).enter("held-report@example.org")
        let id = try client.result(308)
        let database = try AccountClient.database(of: server)
        try database.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let held = try client.json("/send-report", ["result": id, "report": "held"])
        #expect(held.code == "storage_unavailable" && held.headers["retry-after"] == "5")
        try database.inDatabase { try $0.execute(sql: "ROLLBACK") }
        #expect(try client.json("/send-report", ["result": id, "report": "held"]).status == 202)

        var answered: [String] = []
        var refused: Connection.Answer?
        while refused == nil, answered.count < 200 {
            let answer = try client.json("/send-report", ["result": id, "report": "full-\(answered.count)"])
            if let report = answer.json["report"] as? String { answered.append(report) } else { refused = answer }
        }
        #expect(refused?.code == "storage_unavailable" && answered.count > 1)
        let waiting = try database.read {
            try String.fetchAll(
                $0, sql: "SELECT id FROM outbox WHERE state IN ('waiting', 'sending') AND html <> '' ORDER BY number")
        }
        #expect(waiting.suffix(answered.count) == answered, "exactly the confirmed ones")
    }
}

/// Kills processes while mail is delivered to a real server that counts the messages.
///
/// `HEARTSENSE_TEST_KILL_MAILS=200 swift test --filter DeliveryKillTests` runs the full test; the default is shorter.
@Suite(.serialized, .enabled(if: SMTPTestServer.absence == nil, "\(SMTPTestServer.absence ?? "")"))
struct DeliveryKillTests {
    private static let count = Int(ProcessInfo.processInfo.environment["HEARTSENSE_TEST_KILL_MAILS"] ?? "") ?? 6

    /// The processes to kill.
    enum Victim: String, CaseIterable { case server, serverAndAgent }

    @Test func `an agent that is killed repeatedly loses nothing and sends nothing twice`() throws {
        let (sample, server) = (try MailSample(), try SMTPTestServer(slow: 0.004, holds: true))
        let ids = (0 ..< Self.count).map { "report-\($0)" }
        for id in ids { try sample.enqueue(id) }
        let environment = sample.environment(MailSample.values(for: server))
        var kills = 0
        while try sample.outbox.hasWork(now: Date()) {
            let before = server.accepted.count
            let agent = try Child(
                Program.path("heartsense-server"), ["deliver"],
                environment: ProcessInfo.processInfo.environment.merging(environment) { $1 }, errors: .none)
            // At any time within the next few messages; the first agent before its first reply.
            while agent.isRunning, server.accepted.count == before { usleep(500) }
            if kills > 0 { usleep(.random(in: 0 ..< 15_000)) }
            agent.signal(SIGKILL)
            if agent.wait() == -SIGKILL { kills += 1 }
            try server.letGo()
        }
        #expect(kills > 0)
        try expect(ids, at: server, of: sample, kills: kills)
    }

    /// Requests reports over HTTP until each has a response.
    @Test(arguments: Victim.allCases)
    func `reports of a server that is killed repeatedly arrive once each`(victim: Victim) throws {
        let (sample, mail) = (try MailSample(), try SMTPTestServer(slow: 0.004))
        let token = try account(sample)
        let environment = sample.environment(MailSample.values(for: mail)).merging([
            "HEARTSENSE_ACCOUNTS_SECURE_COOKIES": "false", "HEARTSENSE_MAIL_REPORTS_A_DAY": "100000",
            "HEARTSENSE_MAIL_MESSAGES_A_DAY": "100000",
        ]) { $1 }
        var asked = (0 ..< Self.count).map { "key-\($0)" }[...]
        var reports: [String] = []
        var kills = 0
        while try !asked.isEmpty || sample.outbox.hasWork(now: Date()) {
            try #require(kills < 100 + 10 * Self.count, "the test does not end")
            let server = try RunningServer(environment: environment)
            let client = AccountClient(server, cookies: ["heartsense-session": token.text])
            // Later each time, because a busy machine responds slowly.
            let seconds = Double.random(in: 0 ..< 1.2) * (1 + Double(kills) / 10)
            DispatchQueue.global().asyncAfter(deadline: .now() + seconds) {
                if victim == .server { server.kill() } else { server.killAll() }
            }
            kills += 1
            // A request without a response is repeated with the same key.
            while let key = asked.first,
                let answer = try? client.json("/send-report", ["result": "result", "report": key]),
                let report = answer.json["report"] as? String
            {
                reports.append(report)
                asked.removeFirst()
            }
            _ = server.wait()
        }
        #expect(Set(reports).count == Self.count)
        try expect(reports, at: mail, of: sample, kills: kills)
    }

    private func expect(_ ids: [String], at server: SMTPTestServer, of sample: MailSample, kills: Int) throws {
        let states = try sample.states().values
        let unconfirmed = states.count { $0 == "unconfirmed" }
        let accepted = server.accepted.map(\.id)
        print("\(ids.count) mails, \(kills) kills, \(accepted.count) accepted, \(unconfirmed) unconfirmed")
        #expect(accepted.sorted() == ids.sorted())
        #expect(states.allSatisfy { ["sent", "unconfirmed"].contains($0) })
    }

    /// Adds an account with a result and a session.
    private func account(_ sample: MailSample) throws -> SecretToken {
        let user = try sample.storage.addUser("anna@example.org")
        let answer = try SampleAnswers.prediction()
        try sample.storage.addResult("result", user: user, answer: answer, input: Digest(of: "picture").description)
        let token = SecretToken()
        try sample.storage.pool.write {
            // The samples are so old that the server would delete them.
            try $0.execute(sql: "UPDATE results SET created = ?", arguments: [Date().wholeSeconds])
            try $0.execute(
                sql: "INSERT INTO sessions (token, user, created, expires, used) VALUES (?1, ?2, 0, ?4, ?3)",
                arguments: [token.digest, user, Date().wholeSeconds, (Date() + 86_400).wholeSeconds])
        }
        return token
    }
}
