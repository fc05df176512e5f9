import Foundation
import Processes

/// `heartsense-server deliver` as a separate process in its own session, so that neither signals to the server's process
/// group nor the end of the server interrupt it.
///
/// Signals have their default effect in the process, even if the thread that starts it blocks them. Threads of Dispatch
/// block all signals.
struct MailAgentProcess {
    private let process: ChildProcess

    /// - Parameters:
    ///   - environment: Variables that are added to those of this process.
    ///   - program: The path of heartsense-server.
    /// - Throws: `MailError.agent`.
    init(environment: [String: String], program: String = "/proc/self/exe") throws {
        do {
            // It must not inherit the listening socket, or the port would still be in use at the server's next start.
            process = try ChildProcess(
                program, ["deliver"], named: "heartsense-server",
                environment: ProcessInfo.processInfo.environment.merging(environment) { $1 }, ownSession: true)
        } catch ChildProcessError.cannotOpen(_, let reason) {
            throw MailError.agent(reason: reason)
        } catch ChildProcessError.cannotStart(_, let reason) {
            throw MailError.agent(reason: reason)
        }
    }

    /// Waits for the end, and returns the exit status; negative for a signal.
    func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            let thread = Thread { [process] in continuation.resume(returning: process.wait()) }
            thread.name = "mail-agent"
            thread.start()
        }
    }

    /// Lets it end after the current message.
    func stop() { process.signal(SIGTERM) }
}
