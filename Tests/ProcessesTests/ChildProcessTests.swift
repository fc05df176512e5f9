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

    // MARK: How it ends

    @Test(arguments: [0, 1, 3, 127, 255])
    func `an exit status is what the program gave`(_ status: Int32) throws {
        #expect(try shell("exit \(status)").status == status)
    }

    @Test(arguments: [SIGKILL, SIGTERM, SIGABRT])
    func `the signal that ended it is negative`(_ signal: Int32) throws {
        #expect(try shell("kill -\(signal) $$").status == -signal)
    }

    @Test func `a signal reaches it while it runs, and nobody once it has ended`() throws {
        let child = try ChildProcess("/bin/cat", input: .held)
        #expect(child.isRunning)
        child.signal(SIGTERM)
        #expect(child.wait() == -SIGTERM)
        #expect(!child.isRunning)
        child.signal(SIGKILL)
        #expect(child.wait() == -SIGTERM)
    }

    @Test func `who has been waited for is no zombie`() throws {
        let child = try ChildProcess("/bin/true")
        #expect(child.wait() == 0)
        #expect(kill(child.pid, 0) == -1 && errno == ESRCH)
    }

    @Test func `all who wait at once get the same`() throws {
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

    @Test func `only success is taken for success`() throws {
        #expect(try shell("echo fine").succeeded().output == "fine\n")
        let failure = #expect(throws: ChildProcessError.self) { try shell("echo broken >&2; exit 4").succeeded() }
        #expect(failure?.description == "status 4: broken\n")
    }

    // MARK: What it is started with

    @Test func `its arguments arrive as they are`() throws {
        let words = ["", " a  b ", "$HOME", "'\"\\", "ä\nö"]
        let outcome = try ChildProcess.run(
            "/bin/sh", ["-c", "for word; do printf '%s|' \"$word\"; done", "sh"] + words)
        #expect(outcome.output == words.map { "\($0)|" }.joined())
    }

    @Test func `its environment is what it is given and nothing else`() throws {
        #expect(setenv("HEARTSENSE_TEST_OF_CHILD", "ours", 1) == 0)
        defer { unsetenv("HEARTSENSE_TEST_OF_CHILD") }
        let outcome = try ChildProcess.run("/usr/bin/env", environment: ["ONE": "1", "TWO": "a b=c"])
        #expect(outcome.output.split(separator: "\n").sorted() == ["ONE=1", "TWO=a b=c"])
        let inherited = try ChildProcess.run("/usr/bin/env")
        #expect(inherited.output.contains("HEARTSENSE_TEST_OF_CHILD=ours\n"))
    }

    @Test func `it runs in the folder that is named`() throws {
        let outcome = try ChildProcess.run("/bin/sh", ["-c", "pwd -P; echo here > file"], in: scratch.path)
        let place = URL(fileURLWithPath: scratch.path).resolvingSymlinksInPath().path
        #expect(outcome.output == "\(place)\n")
        #expect(try scratch.text("file") == "here\n")
    }

    @Test func `a program is found by its name`() throws { #expect(try ChildProcess.run("true").status == 0) }

    @Test func `its name is its path unless another is given`() throws {
        let own = try ChildProcess("/bin/sh", ["-c", "echo \"$0\""], output: .lines)
        #expect(own.line() == "/bin/sh")
        #expect(own.wait() == 0)
        let named = try ChildProcess("/bin/sh", ["-c", "echo \"$0\""], named: "another", output: .lines)
        #expect(named.line() == "another")
        #expect(named.wait() == 0)
    }

    @Test func `it shares this process's session unless it gets its own`() throws {
        for ownSession in [false, true] {
            let child = try ChildProcess("/bin/sh", ["-c", "read line"], input: .held, ownSession: ownSession)
            #expect(getsid(child.pid) == (ownSession ? child.pid : getsid(0)))
            #expect(getpgid(child.pid) == (ownSession ? child.pid : getpgrp()))
            child.closeInput()
            _ = child.wait()
        }
    }

    // MARK: What it does not get

    @Test func `no descriptor above its three streams is open in it`() throws {
        // These are inherited by whatever does not close them.
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let high = fcntl(ends[0], F_DUPFD, 200)
        defer { for descriptor in ends + [high] { close(descriptor) } }
        #expect(high >= 200)
        // The folder that is being listed is closed again when its entries are looked for.
        let listing = "for one in /proc/$$/fd/*; do [ -e \"$one\" ] && echo \"${one##*/}\"; done; true"
        #expect(try shell(listing).output == "0\n1\n2\n")
        let held = try ChildProcess("/bin/sh", ["-c", listing + "; read line"], input: .held, output: .lines)
        #expect((0 ..< 3).map { _ in held.line() } == ["0", "1", "2"])
        held.closeInput()
        #expect(held.line() == "")
        _ = held.wait()
    }

    @Test func `no signal is blocked or ignored in it`() throws {
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
        // 32 and 33 are glibc's own: nobody can send them, and `posix_spawn` has them ignored.
        #expect(try signals("SigIgn").map { $0 & ~(0b11 << 31) } == 0)
        #expect(try shell("kill -USR2 $$; exit 0").status == -SIGUSR2)
    }

    // MARK: Its streams

    @Test func `without input it reads nothing`() throws {
        #expect(try ChildProcess.run("/bin/cat").output == "")
    }

    @Test func `a file is read and a file is written anew`() throws {
        try scratch.write("in", "from a file")
        try scratch.write("out", "something longer than that was here")
        let outcome = try ChildProcess.run("/bin/cat", input: .file(scratch("in")), output: scratch("out"))
        #expect(outcome.status == 0 && outcome.output == "")
        #expect(try scratch.text("out") == "from a file")
    }

    @Test func `output is read line by line while it runs, the last without its end`() throws {
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

    @Test func `more than a pipe holds is read from both streams`() throws {
        let count = 300_000
        let outcome = try shell("head -c \(count) /dev/zero; head -c \(count) /dev/zero >&2")
        #expect(outcome.status == 0)
        #expect(outcome.output.utf8.count == count && outcome.errors.utf8.count == count)
    }

    @Test func `errors go where the tests' own go, unless a file is named`() throws {
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

    // MARK: What cannot be started

    @Test func `what does not start is named with the reason`() throws {
        let script = try scratch.write("script", "no program")
        let cases: [(reason: String, start: () throws -> ChildProcess)] = [
            ("/no/such/program does not start: No such file or directory", { try ChildProcess("/no/such/program") }),
            ("no-such-program does not start: No such file or directory", { try ChildProcess("no-such-program") }),
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
        #expect(try descriptors() == before, "nothing is left open")
    }

    // MARK: Helpers

    /// Those that name a file under our own folder or /dev/null: other tests open theirs meanwhile.
    private func descriptors() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
        }.filter { $0.hasPrefix(scratch.path) }
    }
}
