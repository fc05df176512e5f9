import CSpawn
import Foundation

/// `heartsense-server deliver` as a process of its own, in a session of its own: neither a signal to the server's
/// process group nor the server's end interrupts it. Signals do in it what they do by default, whatever the thread that
/// starts it has blocked: Dispatch's threads block them all.
struct MailAgentProcess {
    let pid: pid_t

    /// - Parameters:
    ///   - environment: added to this process's.
    ///   - program: heartsense-server.
    /// - Throws: `MailError.agent`.
    init(environment: [String: String], program: String = "/proc/self/exe") throws {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard null >= 0 else { throw MailError.agent(reason: String(cString: strerror(errno))) }
        defer { close(null) }
        let environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let arguments = [strdup("heartsense-server"), strdup("deliver"), nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var pid: pid_t = 0
        // Above all not the socket that the server listens on: its next start would find the port taken.
        let failure = spawn_program(&pid, program, arguments, variables, nil, [null, null, 2], true)
        guard failure == 0 else { throw MailError.agent(reason: String(cString: strerror(failure))) }
        self.pid = pid
    }

    /// Its exit status, when it has ended; negative for a signal.
    func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                var status: Int32 = 0
                while waitpid(pid, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? (status >> 8) & 0xFF : -signal)
            }
            thread.name = "mail-agent"
            thread.start()
        }
    }

    /// Lets it end after the message that it is at.
    func stop() { kill(pid, SIGTERM) }
}
