import Foundation
import Processes
import Synchronization
import TestSupport
import Testing

struct ChildProcessTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func shell(_ script: String, environment: [String: String] = [:]) throws -> ChildProcess.Outcome {
        try ChildProcess.run("/bin/sh", ["-c", script], environment: environment)
    }

    // MARK: End

    @Test(arguments: [0, 1, 3, 127, 255])
    func `the exit status is the program's`(_ status: Int32) throws {
        #expect(try shell("exit \(status)").status == status)
    }

    @Test(arguments: [SIGKILL, SIGTERM, SIGABRT])
    func `a signal that ended the program is a negative status`(_ signal: Int32) throws {
        #expect(try shell("kill -\(signal) $$").status == -signal)
    }

    @Test func `a signal reaches a running program and is not sent after its end`() throws {
        let child = try ChildProcess("/bin/cat", input: .held)
        #expect(child.isRunning)
        child.signal(SIGTERM)
        #expect(child.wait() == -SIGTERM)
        #expect(!child.isRunning)
        child.signal(SIGKILL)
        #expect(child.wait() == -SIGTERM)
    }

    @Test func `a program is not a zombie after waiting`() throws {
        let child = try ChildProcess("/bin/true")
        #expect(child.wait() == 0)
        #expect(kill(child.pid, 0) == -1 && errno == ESRCH)
    }

    @Test func `concurrent waits return the same status`() throws {
        let child = try ChildProcess("/bin/sh", ["-c", "read line; exit 7"], input: .held)
        let statuses = Mutex<[Int32]>([])
        let group = DispatchGroup()
        for _ in 0 ..< 4 {
            group.enter()
            Thread {
                let status = child.wait()
                statuses.withLock { $0.append(status) }
                group.leave()
            }.start()
        }
        while !child.isRunning {}
        child.closeInput()
        group.wait()
        #expect(statuses.withLock { $0 } == [7, 7, 7, 7])
    }

    @Test func `only status 0 counts as success`() throws {
        #expect(try shell("echo fine").succeeded().output == "fine\n")
        let failure = #expect(throws: ChildProcessError.self) { try shell("echo broken >&2; exit 4").succeeded() }
        #expect(failure?.description == "status 4: broken\n")
    }

    // MARK: Arguments, environment, folder

    @Test func `arguments are passed unchanged`() throws {
        let words = ["", " a  b ", "$HOME", "'\"\\", "ä\nö"]
        let outcome = try ChildProcess.run(
            "/bin/sh", ["-c", "for word; do printf '%s|' \"$word\"; done", "sh"] + words)
        #expect(outcome.output == words.map { "\($0)|" }.joined())
    }

    @Test func `the environment is exactly the given one`() throws {
        #expect(setenv("HEARTSENSE_TEST_OF_CHILD", "ours", 1) == 0)
        defer { unsetenv("HEARTSENSE_TEST_OF_CHILD") }
        let outcome = try ChildProcess.run("/usr/bin/env", environment: ["ONE": "1", "TWO": "a b=c"])
        #expect(outcome.output.split(separator: "\n").sorted() == ["ONE=1", "TWO=a b=c"])
        let inherited = try ChildProcess.run("/usr/bin/env")
        #expect(inherited.output.contains("HEARTSENSE_TEST_OF_CHILD=ours\n"))
    }

    @Test func `the program runs in the given folder`() throws {
        let outcome = try ChildProcess.run("/bin/sh", ["-c", "pwd -P; echo here > file"], in: scratch.path)
        let place = URL(fileURLWithPath: scratch.path).resolvingSymlinksInPath().path
        #expect(outcome.output == "\(place)\n")
        #expect(try scratch.text("file") == "here\n")
    }

    @Test func `a program is found by its name`() throws { #expect(try ChildProcess.run("true").status == 0) }

    @Test func `the first argument is the path unless another name is given`() throws {
        let own = try ChildProcess("/bin/sh", ["-c", "echo \"$0\""], output: .lines)
        #expect(own.line() == "/bin/sh")
        #expect(own.wait() == 0)
        let named = try ChildProcess("/bin/sh", ["-c", "echo \"$0\""], named: "another", output: .lines)
        #expect(named.line() == "another")
        #expect(named.wait() == 0)
    }

    @Test func `the program shares this process's session unless it gets its own`() throws {
        for ownSession in [false, true] {
            let child = try ChildProcess("/bin/sh", ["-c", "read line"], input: .held, ownSession: ownSession)
            #expect(getsid(child.pid) == (ownSession ? child.pid : getsid(0)))
            #expect(getpgid(child.pid) == (ownSession ? child.pid : getpgrp()))
            child.closeInput()
            _ = child.wait()
        }
    }

    // MARK: Not inherited

    @Test func `the program inherits only its three streams`() throws {
        // A child inherits these unless it closes them.
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let high = fcntl(ends[0], F_DUPFD, 200)
        defer { for descriptor in ends + [high] { close(descriptor) } }
        #expect(high >= 200)
        // The listing's own descriptor is closed when its entries are checked.
        let listing = "for one in /proc/$$/fd/*; do [ -e \"$one\" ] && echo \"${one##*/}\"; done; true"
        #expect(try shell(listing).output == "0\n1\n2\n")
        let held = try ChildProcess("/bin/sh", ["-c", listing + "; read line"], input: .held, output: .lines)
        #expect((0 ..< 3).map { _ in held.line() } == ["0", "1", "2"])
        held.closeInput()
        #expect(held.line() == "")
        _ = held.wait()
    }

    @Test func `no signal is blocked or ignored in the program`() throws {
        var (blocked, before) = (sigset_t(), sigset_t())
        sigemptyset(&blocked)
        for number in [SIGUSR1, SIGTERM] { sigaddset(&blocked, number) }
        pthread_sigmask(SIG_BLOCK, &blocked, &before)
        let handler = signal(SIGUSR2, SIG_IGN)
        defer {
            signal(SIGUSR2, handler)
            pthread_sigmask(SIG_SETMASK, &before, nil)
        }
        let status = try ChildProcess.run("/bin/cat", ["/proc/self/status"]).output.split(separator: "\n")
        func signals(_ field: String) throws -> UInt64? {
            let line = try #require(status.first { $0.hasPrefix("\(field):") })
            return UInt64(line.split(separator: "\t")[1], radix: 16)
        }
        #expect(try signals("SigBlk") == 0)
        // 32 and 33 are reserved by glibc; `posix_spawn` ignores them, and they cannot be sent.
        #expect(try signals("SigIgn").map { $0 & ~(0b11 << 31) } == 0)
        #expect(try shell("kill -USR2 $$; exit 0").status == -SIGUSR2)
    }

    // MARK: Streams

    @Test func `without input the program reads nothing`() throws {
        #expect(try ChildProcess.run("/bin/cat").output == "")
    }

    @Test func `a file is used as input, and a file is overwritten with the output`() throws {
        try scratch.write("in", "from a file")
        try scratch.write("out", "something longer than that was here")
        let outcome = try ChildProcess.run("/bin/cat", input: .file(scratch("in")), output: scratch("out"))
        #expect(outcome.status == 0 && outcome.output == "")
        #expect(try scratch.text("out") == "from a file")
    }

    @Test func `output is read line by line while the program runs`() throws {
        let child = try ChildProcess(
            "/bin/sh", ["-c", "echo one; echo; read line; printf 'last'"], input: .held, output: .lines)
        #expect(child.line() == "one")
        #expect(child.line() == "")
        #expect(child.isRunning)
        child.closeInput()
        child.closeInput()
        #expect(child.line() == "last")
        #expect(child.line() == "")
        #expect(child.wait() == 0)
    }

    @Test func `more output than a pipe holds is read from both streams`() throws {
        let count = 300_000
        let outcome = try shell("head -c \(count) /dev/zero; head -c \(count) /dev/zero >&2")
        #expect(outcome.status == 0)
        #expect(outcome.output.utf8.count == count && outcome.errors.utf8.count == count)
    }

    @Test func `errors go to this process's stderr unless a file is given`() throws {
        let ours = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/2")
        let child = try ChildProcess(
            "/usr/bin/readlink", ["/proc/self/fd/2"], output: .file(scratch("link")))
        #expect(child.wait() == 0)
        #expect(try scratch.text("link") == ours + "\n")
        let other = try ChildProcess(
            "/bin/sh", ["-c", "echo to stderr >&2"], errors: .file(scratch("errors")))
        #expect(other.wait() == 0)
        #expect(try scratch.text("errors") == "to stderr\n")
    }

    // MARK: Failed starts

    @Test func `a program that does not start is reported with the reason`() throws {
        let script = try scratch.write("script", "no program")
        let cases: [(reason: String, start: () throws -> ChildProcess)] = [
            ("/no/such/program does not start: No such file or directory", { try ChildProcess("/no/such/program") }),
            ("no-such-program is not installed", { try ChildProcess("no-such-program") }),
            ("\(script) does not start: Permission denied", { try ChildProcess(script) }),
            (
                "/bin/true does not start: No such file or directory",
                { try ChildProcess("/bin/true", in: "/no/folder") }
            ),
            ("/no/input: No such file or directory", { try ChildProcess("/bin/true", input: .file("/no/input")) }),
            ("/no/output: No such file or directory", { try ChildProcess("/bin/true", output: .file("/no/output")) }),
        ]
        let before = try descriptors()
        for (reason, start) in cases {
            let failure = #expect(throws: ChildProcessError.self) { _ = try start() }
            #expect(failure?.description == reason)
        }
        #expect(try descriptors() == before, "all descriptors are closed")
    }

    // MARK: Limits

    private func limited(
        _ script: String, seconds: Double = 20, processor: Double? = nil, memory: UInt64 = 500_000_000,
        output: UInt64 = 1_000_000
    ) throws -> ChildProcess.Outcome {
        try ChildProcess.run(
            "/bin/sh", ["-c", script], in: scratch.path,
            limits: .init(seconds: seconds, processorSeconds: processor, memoryBytes: memory, outputBytes: output))
    }

    @Test func `a program within its limits gives its output and status`() throws {
        let outcome = try limited("head -c 999999 /dev/zero; echo fine >&2; exit 3")
        #expect(outcome.status == 3 && outcome.output.utf8.count == 999_999 && outcome.errors == "fine\n")
        #expect(try limited("ulimit -v; ulimit -f; ulimit -c").output == "488281\n1953\n0\n")
    }

    @Test func `a program and its own programs end at the limit of time`() throws {
        let start = ContinuousClock.now
        #expect(throws: ChildProcessError.timeout(program: "/bin/sh", seconds: 0.2)) {
            try limited("sleep 1000 & echo $! > sleeper; wait", seconds: 0.2)
        }
        #expect(ContinuousClock.now - start < .seconds(10))
        let sleeper = try #require(pid_t(try scratch.text("sleeper").dropLast()))
        // The signal arrives after `run` has returned. The sleeper then is a zombie until its new parent notices.
        var ended = false
        for _ in 0 ..< 200 where !ended {
            let state = try? String(contentsOfFile: "/proc/\(sleeper)/stat", encoding: .utf8)
            ended = state.map { $0.contains(") Z ") } ?? true
            Thread.sleep(forTimeInterval: 0.01)
        }
        #expect(ended)
    }

    @Test func `processor time is limited when the time is not`() throws {
        #expect(throws: ChildProcessError.timeout(program: "/bin/sh", seconds: 1)) {
            try limited("while :; do :; done", processor: 1)
        }
        #expect(try limited("sleep 1.2; echo done", processor: 1).output == "done\n")
    }

    @Test func `more memory than allowed is an error of its own`() throws {
        #expect(throws: ChildProcessError.memoryLimit(program: "/bin/sh", bytes: 100_000_000)) {
            try limited("tail /dev/zero", memory: 100_000_000)
        }
    }

    @Test(arguments: ["cat /dev/zero", "cat /dev/zero >&2", "exec cat /dev/zero > file"])
    func `more output than allowed is an error of its own`(_ script: String) throws {
        #expect(throws: ChildProcessError.outputLimit(program: "/bin/sh", bytes: 100_000)) {
            try limited(script, output: 100_000)
        }
    }

    // MARK: Helpers

    /// Descriptors of files in this test's folder or of /dev/null. Other tests open theirs at the same time.
    private func descriptors() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
        }.filter { $0.hasPrefix(scratch.path) }
    }
}
