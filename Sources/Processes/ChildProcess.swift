import CSpawn
import Foundation
import Synchronization

/// A helper program in a child process.
///
/// The program gets its three streams and no other descriptor, and no signal is blocked or ignored in it. Foundation's
/// `Process` is not used, because it regards a program as running while any process holds a socket inherited from it.
/// Two programs that start at the same time can inherit each other's.
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
    ///   - ownSession: whether the program gets its own session, out of reach of the terminal and of signals to this
    ///     process's group.
    /// - Throws: `ChildProcessError`.
    package init(
        _ executable: String, _ arguments: [String] = [], named name: String? = nil, in folder: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        input: Input = .none, output: Output = .none, errors: Output = .inherited, ownSession: Bool = false
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
        let failure = spawn_program(&pid, executable, words, variables, folder, streams, ownSession)
        guard failure == 0 else {
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

    /// Sends a signal unless the program has ended, because its process number may then belong to another program.
    package func signal(_ number: Int32) {
        status.withLock { if $0 == nil, !reap(&$0, WNOHANG) { kill(pid, number) } }
    }

    package var isRunning: Bool { status.withLock { $0 == nil && !reap(&$0, WNOHANG) } }

    /// Waits for the end and returns the exit status; if a signal ended the program, its negative number.
    package func wait() -> Int32 {
        // Without the lock, so that other threads can signal the program.
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
        /// The exit status; if a signal ended the program, its negative number.
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
    /// - Parameter output: a file for the output, which is then not returned.
    package static func run(
        _ executable: String, _ arguments: [String] = [], in folder: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment, input: Input = .none,
        output: String? = nil
    ) throws -> Outcome {
        // Files instead of pipes, which would have to be emptied while the program runs.
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("child-\(UUID())").path
        let paths = (output: "\(base).out", errors: "\(base).err")
        defer { for path in [paths.output, paths.errors] { try? FileManager.default.removeItem(atPath: path) } }
        let child = try ChildProcess(
            executable, arguments, in: folder, environment: environment, input: input,
            output: .file(output ?? paths.output), errors: .file(paths.errors))
        func text(_ path: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        }
        return Outcome(
            status: child.wait(), output: output == nil ? try text(paths.output) : "", errors: try text(paths.errors))
    }
}

/// An error of a helper program.
package enum ChildProcessError: Error, Equatable {
    /// A file for one of its streams cannot be opened.
    case cannotOpen(path: String, reason: String)
    case cannotStart(program: String, reason: String)
    /// The exit status is not 0, or a signal ended the program (negative).
    case failed(status: Int32, errors: String)
}

extension ChildProcessError: LocalizedError, CustomStringConvertible {
    package var description: String {
        switch self {
        case .cannotOpen(let path, let reason): "\(path): \(reason)"
        case .cannotStart(let program, let reason): "\(program) does not start: \(reason)"
        case .failed(let status, let errors): "status \(status): \(errors)"
        }
    }

    package var errorDescription: String? { description }
}
