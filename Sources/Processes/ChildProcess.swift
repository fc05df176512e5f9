import CSpawn
import Foundation
import Synchronization

/// A helper program in a child process.
///
/// The program inherits only its three streams, and no signal is blocked or ignored in it. Foundation's `Process` is
/// not used, because it detects the end of a program by a socket that child processes inherit. Programs that start at
/// the same time can inherit each other's sockets. The first one to end then seems to be running.
package final class ChildProcess: Sendable {
    package enum Input: Sendable {
        case none
        case file(String)
        /// A pipe that stays open until `closeInput`.
        case held
    }

    package enum Output: Sendable {
        case none
        /// A file that is created or overwritten.
        case file(String)
        /// A pipe that is read by `line`.
        case lines
        /// The stream of this process.
        case inherited
    }

    /// Limits of a program. Each has an error of its own in `ChildProcessError`.
    package struct Limits: Sendable {
        /// The time until the program must have ended.
        package let seconds: Double
        /// The processor time of all its threads together, in whole seconds.
        package let processorSeconds: UInt64
        /// The address space, which is larger than the memory in use: at least 100 MB for most programs.
        package let memoryBytes: UInt64
        /// The size of each file that the program writes, including its output.
        package let outputBytes: UInt64

        /// - Parameter processorSeconds: nil for as much as all cores have in `seconds`. Unlike the time, it does not
        ///   depend on what else the machine does.
        package init(seconds: Double, processorSeconds: Double? = nil, memoryBytes: UInt64, outputBytes: UInt64) {
            precondition(seconds > 0 && processorSeconds ?? 1 > 0 && memoryBytes > 0 && outputBytes > 0)
            (self.seconds, self.memoryBytes, self.outputBytes) = (seconds, memoryBytes, outputBytes)
            let cores = UInt64(ProcessInfo.processInfo.activeProcessorCount)
            self.processorSeconds =
                processorSeconds.map { UInt64($0.rounded(.up)) } ?? UInt64(seconds.rounded(.up)) * cores
        }
    }

    package let pid: pid_t
    private let status = Mutex<Int32?>(nil)
    private let input: Mutex<FileHandle?>
    private let output: FileHandle?

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - executable: the path, or a name to be found in `PATH`.
    ///   - name: the first argument, under which the program runs; nil for `executable`.
    ///   - environment: the complete environment.
    ///   - ownSession: whether the program gets its own session. Signals of the terminal and to this process's group
    ///     then do not reach it.
    ///   - limits: limits of memory and files, which the kernel enforces, and of processor time. The program ends with
    ///     the thread that started it. `run` also limits the time.
    /// - Throws: `ChildProcessError`.
    package init(
        _ executable: String, _ arguments: [String] = [], named name: String? = nil, in folder: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        input: Input = .none, output: Output = .none, errors: Output = .inherited, ownSession: Bool = false,
        limits: Limits? = nil
    ) throws {
        let inputPipe = if case .held = input { Pipe() } else { Pipe?.none }
        let outputPipe = if case .lines = output { Pipe() } else { Pipe?.none }
        var opened: [Int32] = []
        defer { for descriptor in opened { close(descriptor) } }
        func descriptor(_ path: String, _ flags: Int32) throws -> Int32 {
            let descriptor = open(path, flags | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw ChildProcessError.cannotOpen(path: path, reason: String(cString: strerror(errno)))
            }
            opened.append(descriptor)
            return descriptor
        }
        func descriptor(_ stream: Output, inherited: Int32) throws -> Int32 {
            switch stream {
            case .none: try descriptor("/dev/null", O_WRONLY)
            case .file(let path): try descriptor(path, O_WRONLY | O_CREAT | O_TRUNC)
            case .lines: outputPipe!.fileHandleForWriting.fileDescriptor
            case .inherited: inherited
            }
        }
        let inputDescriptor =
            switch input {
            case .none: try descriptor("/dev/null", O_RDONLY)
            case .file(let path): try descriptor(path, O_RDONLY)
            case .held: inputPipe!.fileHandleForReading.fileDescriptor
            }
        let streams = [inputDescriptor, try descriptor(output, inherited: 1), try descriptor(errors, inherited: 2)]

        let words = ([name ?? executable] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        // The processor time also ends a program that `run` no longer watches.
        let failure = withUnsafePointer(
            to: limits.map {
                spawn_limits(
                    processor_seconds: $0.processorSeconds, memory_bytes: $0.memoryBytes, file_bytes: $0.outputBytes)
            } ?? spawn_limits()
        ) { spawn_program(&pid, executable, words, variables, folder, streams, ownSession, limits == nil ? nil : $0) }
        guard failure == 0 else {
            if failure == ENOENT, !executable.contains("/"), folder == nil {
                throw ChildProcessError.notInstalled(program: executable)
            }
            throw ChildProcessError.cannotStart(program: executable, reason: String(cString: strerror(failure)))
        }
        self.pid = pid
        try? inputPipe?.fileHandleForReading.close()
        try? outputPipe?.fileHandleForWriting.close()
        self.input = Mutex(inputPipe?.fileHandleForWriting)
        self.output = outputPipe?.fileHandleForReading
    }

    /// Returns the next line of the output; at the end of the output, the rest without a line end.
    package func line() -> String {
        var bytes: [UInt8] = []
        while let byte = try? output?.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    package func closeInput() { input.withLock { try? $0?.close() } }

    /// Sends a signal unless the program has ended, because another program may then have its process ID.
    package func signal(_ number: Int32) {
        status.withLock { if $0 == nil, !reap(&$0, WNOHANG) { kill(pid, number) } }
    }

    package var isRunning: Bool { status.withLock { $0 == nil && !reap(&$0, WNOHANG) } }

    /// Waits for the end and returns the exit status, or the negative signal number if a signal ended the program.
    package func wait() -> Int32 {
        // Waits without the lock, so that other threads can send signals to the program.
        var information = siginfo_t()
        while status.withLock({ $0 == nil }), waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0,
            errno == EINTR
        {}
        return status.withLock { status in
            if status == nil { _ = reap(&status, 0) }
            return status ?? 0
        }
    }

    private func reap(_ status: inout Int32?, _ options: Int32) -> Bool {
        var raw: Int32 = 0
        var found: pid_t
        repeat { found = waitpid(pid, &raw, options) } while found < 0 && errno == EINTR
        guard found == pid else { return false }
        let signal = raw & 0x7F
        status = signal == 0 ? (raw >> 8) & 0xFF : -signal
        return true
    }
}

extension ChildProcess {
    package struct Outcome: Sendable {
        /// The exit status, or the negative signal number if a signal ended the program.
        package let status: Int32
        package let output: String
        package let errors: String

        /// - Throws: `ChildProcessError.failed` with the text on stderr if the status is not 0.
        @discardableResult package func succeeded() throws -> Outcome {
            guard status == 0 else { throw ChildProcessError.failed(status: status, errors: errors) }
            return self
        }
    }

    /// Runs a program to its end and returns its output.
    ///
    /// - Parameters:
    ///   - output: a file for the output, which is then not returned.
    ///   - limits: limits of time, memory and output. The program gets its own session, all of which ends at a limit.
    /// - Throws: `ChildProcessError`.
    package static func run(
        _ executable: String, _ arguments: [String] = [], in folder: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment, input: Input = .none,
        output: String? = nil, limits: Limits? = nil
    ) throws -> Outcome {
        // Files instead of pipes, which would have to be emptied while the program runs.
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("child-\(UUID())").path
        let paths = (output: output ?? "\(base).out", errors: "\(base).err")
        defer {
            for path in ["\(base).out", "\(base).err"] { try? FileManager.default.removeItem(atPath: path) }
        }
        let child = try ChildProcess(
            executable, arguments, in: folder, environment: environment, input: input,
            output: .file(paths.output), errors: .file(paths.errors), ownSession: limits != nil, limits: limits)
        func text(_ path: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        }
        guard let limits else {
            return Outcome(
                status: child.wait(), output: output == nil ? try text(paths.output) : "",
                errors: try text(paths.errors))
        }
        let (status, peakBytes) = try child.wait(within: limits, program: executable)
        let errors = try text(paths.errors)
        if status != 0 {
            let written = try [paths.output, paths.errors].map { path in
                try FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64 ?? 0
            }
            if status == -SIGXFSZ || written.contains(where: { $0 >= limits.outputBytes }) {
                throw ChildProcessError.outputLimit(program: executable, bytes: limits.outputBytes)
            }
            if status == -SIGXCPU {
                throw ChildProcessError.timeout(program: executable, seconds: Double(limits.processorSeconds))
            }
            // A failed allocation has no status of its own. The kernel's own limit sends SIGKILL.
            let messages = ["out of memory", "bad_alloc", "cannot allocate", "memory exhausted", "memoryerror"]
            if status == -SIGKILL || peakBytes >= limits.memoryBytes / 10 * 9
                || messages.contains(where: errors.lowercased().contains)
            {
                throw ChildProcessError.memoryLimit(program: executable, bytes: limits.memoryBytes)
            }
        }
        return Outcome(status: status, output: output == nil ? try text(paths.output) : "", errors: errors)
    }

    /// Waits for the end, and ends the program's session at the limit of time.
    ///
    /// - Returns: the status, and the largest address space that was seen.
    private func wait(within limits: Limits, program: String) throws -> (status: Int32, peakBytes: UInt64) {
        // Programs that it started end with it.
        defer { kill(-pid, SIGKILL) }
        let end = ContinuousClock.now + .seconds(limits.seconds)
        var (milliseconds, peakPages) = (Int32(1), UInt64(0))
        while isRunning {
            guard ContinuousClock.now < end else {
                kill(-pid, SIGKILL)
                _ = wait()
                throw ChildProcessError.timeout(program: program, seconds: limits.seconds)
            }
            if let sizes = try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8),
                let pages = sizes.split(separator: " ").first.flatMap({ UInt64($0) })
            {
                peakPages = max(peakPages, pages)
            }
            spawn_wait(pid, milliseconds)
            milliseconds = min(2 * milliseconds, 20)
        }
        return (wait(), peakPages * UInt64(getpagesize()))
    }
}

/// An error of a helper program.
package enum ChildProcessError: Error, Equatable {
    /// A file for one of its streams cannot be opened.
    case cannotOpen(path: String, reason: String)
    case cannotStart(program: String, reason: String)
    /// The exit status is not 0; a negative status is a signal that ended the program.
    case failed(status: Int32, errors: String)
    /// No folder of PATH contains the program.
    case notInstalled(program: String)
    case timeout(program: String, seconds: Double)
    case memoryLimit(program: String, bytes: UInt64)
    case outputLimit(program: String, bytes: UInt64)
}

extension ChildProcessError: LocalizedError, CustomStringConvertible {
    package var description: String {
        switch self {
        case .cannotOpen(let path, let reason): "\(path): \(reason)"
        case .cannotStart(let program, let reason): "\(program) does not start: \(reason)"
        case .failed(let status, let errors): "status \(status): \(errors)"
        case .notInstalled(let program): "\(program) is not installed"
        case .timeout(let program, let seconds): "\(program) takes longer than \(seconds.formatted()) s"
        case .memoryLimit(let program, let bytes): "\(program) needs more than \(bytes / 1_000_000) MB of memory"
        case .outputLimit(let program, let bytes): "\(program) writes more than \(bytes / 1_000_000) MB"
        }
    }

    package var errorDescription: String? { description }
}
