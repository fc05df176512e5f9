import Foundation
import Processes

/// `heartsense-server deliver` as a process of its own, in a session of its own: neither a signal to the server's
/// process group nor the server's end interrupts it. Signals do in it what they do by default, whatever the thread that
/// starts it has blocked: Dispatch's threads block them all.
struct MailAgentProcess {
    private let process: ChildProcess

    /// - Parameters:
    ///   - environment: added to this process's.
    ///   - program: heartsense-server.
    /// - Throws: `MailError.agent`.
    init(environment: [String: String], program: String = "/proc/self/exe") throws {
        do {
            // Above all it has not the socket that the server listens on: its next start would find the port taken.
            process = try ChildProcess(
                program, ["deliver"], named: "heartsense-server",
                environment: ProcessInfo.processInfo.environment.merging(environment) { $1 }, ownSession: true)
        } catch ChildProcessError.cannotOpen(_, let reason) {
            throw MailError.agent(reason: reason)
        } catch ChildProcessError.cannotStart(_, let reason) {
            throw MailError.agent(reason: reason)
        }
    }

    /// Its exit status, when it has ended; negative for a signal.
    func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            let thread = Thread { [process] in continuation.resume(returning: process.wait()) }
            thread.name = "mail-agent"
            thread.start()
        }
    }

    /// Lets it end after the message that it is at.
    func stop() { process.signal(SIGTERM) }
}
