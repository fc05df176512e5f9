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
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Self.newSession | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        // Above all not the socket that the server listens on: its next start would find the port taken.
        for descriptor in Self.openDescriptors where descriptor > 2 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        let environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var arguments = [strdup("heartsense-server"), strdup("deliver"), nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, program, &actions, &attributes, &arguments, &variables)
        guard failure == 0 else { throw MailError.agent(reason: String(cString: strerror(failure))) }
        self.pid = pid
    }

    /// `POSIX_SPAWN_SETSID`, which glibc has for C with its extensions only.
    private static let newSession: Int16 = 0x80

    private static var openDescriptors: [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []).compactMap { Int32($0) }
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
