import Foundation
import GRDB
import Processes
import TestSupport
import Testing

/// A full disk and a locked database while mail is delivered to a real server.
@Suite(.serialized, .enabled(if: SMTPTestServer.absence == nil, "\(SMTPTestServer.absence ?? "")"))
struct DeliveryJournalTests {
    private func agent(_ sample: MailSample, _ server: SMTPTestServer, fileBlocks: Int? = nil) throws -> ChildProcess {
        // A limit of the file size has the effect of a full disk.
        let limit = fileBlocks.map { "ulimit -f \($0); " } ?? ""
        return try ChildProcess(
            "/bin/sh", ["-c", limit + "exec '\(Program.path("heartsense-server"))' deliver"],
            environment: Program.environment.merging(
                sample.environment(MailSample.values(for: server))
            ) { $1 }, errors: .none)
    }

    @Test func `an agent that cannot write ends with an error, sends nothing and loses nothing`() throws {
        let (sample, server) = (try MailSample(), try SMTPTestServer())
        for id in ["a", "b"] { try sample.enqueue(id) }
        // Nothing for the journal; then enough for the journal and not for the database.
        for blocks in [0, 8] {
            let agent = try agent(sample, server, fileBlocks: blocks)
            #expect(agent.wait() == 1, "\(blocks)")
            #expect(try sample.states() == ["a": "waiting", "b": "waiting"])
        }
        #expect(server.accepted.isEmpty)
        #expect(try sample.deliver(try sample.settings(for: server)) == 2)
        #expect(server.accepted.map(\.id).sorted() == ["a", "b"])
    }

    @Test func `a message accepted while the database is locked is recorded later and not sent again`() throws {
        let (sample, server) = (try MailSample(), try SMTPTestServer(holds: true))
        try sample.enqueue("a")
        let agent = try agent(sample, server)
        while agent.isRunning, server.accepted.isEmpty { usleep(2000) }
        // The server has the message and has not replied. From now on the database is locked.
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: sample.storage.path, configuration: configuration)
        try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        try server.letGo()
        // Longer than the timeout of the database.
        usleep(1_500_000)
        #expect(agent.isRunning && server.accepted.count == 1, "it keeps trying")
        agent.signal(SIGKILL)
        #expect(agent.wait() == -SIGKILL)
        #expect(try sample.states() == ["a": "sending"])
        try other.inDatabase { try $0.execute(sql: "ROLLBACK") }
        #expect(try sample.deliver(try sample.settings(for: server)) == 0)
        #expect(try sample.states() == ["a": "sent"])
        #expect(server.accepted.count == 1)
    }
}
