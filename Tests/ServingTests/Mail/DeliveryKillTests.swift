import Files
import Foundation
import GRDB
import Programs
import Samples
import Testing

@testable import Accounts
@testable import Storage

/// kill −9 while mail is delivered to a real server, counted there.
///
/// `HEARTSENSE_KILL_MAILS=200 swift test --filter DeliveryKillTests` is the full measure; here it is shortened.
@Suite(.serialized, .enabled(if: SMTPTestServer.absence == nil, "\(SMTPTestServer.absence ?? "")"))
struct DeliveryKillTests {
    private static let count = Int(ProcessInfo.processInfo.environment["HEARTSENSE_KILL_MAILS"] ?? "") ?? 6

    /// Who is killed.
    enum Victim: String, CaseIterable { case server, serverAndAgent }

    @Test func `an agent that is killed again and again loses nothing and sends nothing twice`() throws {
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
            // From its first message on, anywhere within the next few; the first agent before its first has an answer.
            while agent.isRunning, server.accepted.count == before { usleep(500) }
            if kills > 0 { usleep(.random(in: 0 ..< 15_000)) }
            agent.signal(SIGKILL)
            if agent.wait() == -SIGKILL { kills += 1 }
            try server.letGo()
        }
        #expect(kills > 0)
        try expect(ids, at: server, of: sample, kills: kills)
    }

    /// Asks for reports over HTTP, as often as it takes until each was answered once.
    @Test(arguments: Victim.allCases)
    func `reports asked of a server that is killed again and again arrive once each`(victim: Victim) throws {
        let (sample, mail) = (try MailSample(), try SMTPTestServer(slow: 0.004))
        let token = try account(sample)
        let environment = sample.environment(MailSample.values(for: mail)).merging([
            "HEARTSENSE_ACCOUNTS_SECURE_COOKIES": "false", "HEARTSENSE_MAIL_REPORTS_A_DAY": "100000",
        ]) { $1 }
        var asked = (0 ..< Self.count).map { "key-\($0)" }[...]
        var reports: [String] = []
        var kills = 0
        while try !asked.isEmpty || sample.outbox.hasWork(now: Date()) {
            try #require(kills < 100 + 10 * Self.count, "it does not come to an end")
            let server = try RunningServer(environment: environment)
            let client = AccountClient(server, cookies: ["heartsense-session": token.text])
            // Later each time: on a busy machine it takes long to answer at all.
            let seconds = Double.random(in: 0 ..< 1.2) * (1 + Double(kills) / 10)
            DispatchQueue.global().asyncAfter(deadline: .now() + seconds) {
                if victim == .server { server.kill() } else { server.killAll() }
            }
            kills += 1
            // What is not answered is asked again of the next one, under the same key.
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

    /// An account with a result and a session.
    private func account(_ sample: MailSample) throws -> SecretToken {
        let user = try sample.storage.addUser("anna@example.org")
        let answer = try SampleAnswers.prediction()
        try sample.storage.addResult("result", user: user, answer: answer, input: Digest(of: "picture").description)
        let token = SecretToken()
        try sample.storage.pool.write {
            // As old as the samples are, the server would sweep it away.
            try $0.execute(sql: "UPDATE results SET created = ?", arguments: [Date().wholeSeconds])
            try $0.execute(
                sql: "INSERT INTO sessions (token, user, created, expires) VALUES (?, ?, 0, ?)",
                arguments: [token.digest, user, (Date() + 86_400).wholeSeconds])
        }
        return token
    }
}
