import Foundation
import Processes
import TestSupport
import Testing

@testable import Mail

/// SIGTERM, which lets an agent finish its message.
@Suite(.enabled(if: SMTPTestServer.absence == nil, "\(SMTPTestServer.absence ?? "")"))
struct MailAgentProcessTests {
    /// More messages than are delivered before the signal.
    private static let count = 200

    @Test func `an agent started with all signals blocked ends after the current message`() async throws {
        let (sample, server) = try filled()
        let agent = try withSignalsBlocked {
            try MailAgentProcess(
                environment: sample.environment(MailSample.values(for: server)),
                program: Program.path("heartsense-server"))
        }
        while server.accepted.isEmpty { usleep(2000) }
        agent.stop()
        #expect(await agent.wait() == 0)
        try expectWholeMessages(sample, server)
    }

    @Test func `an agent started by a program with SIGTERM blocked ends after the current message`() throws {
        let (sample, server) = try filled()
        let block = """
            import os, signal, sys
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
            os.execv(sys.argv[1], sys.argv[1:])
            """
        let agent = try ChildProcess(
            try #require(Python.path(with: "signal")),
            ["-c", block, Program.path("heartsense-server"), "deliver"],
            environment: Program.environment
                .merging(sample.environment(MailSample.values(for: server))) { $1 }, output: .none, errors: .none)
        while server.accepted.isEmpty { usleep(2000) }
        agent.signal(SIGTERM)
        #expect(agent.wait() == 0)
        try expectWholeMessages(sample, server)
    }

    private func filled() throws -> (MailSample, SMTPTestServer) {
        let (sample, server) = (try MailSample(), try SMTPTestServer(slow: 0.05))
        for number in 0 ..< Self.count { try sample.enqueue("\(number)") }
        return (sample, server)
    }

    /// Expects that started messages are sent and the others wait.
    private func expectWholeMessages(_ sample: MailSample, _ server: SMTPTestServer) throws {
        let states = Dictionary(grouping: try sample.states().values) { $0 }.mapValues(\.count)
        let accepted = server.accepted.count
        #expect(accepted < Self.count)
        #expect(states == ["sent": accepted, "waiting": Self.count - accepted])
    }

    private func withSignalsBlocked<Value>(_ body: () throws -> Value) rethrows -> Value {
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        return try body()
    }
}
