import CSpawn
import Foundation
import Synchronization

/// A program that a test runs beside itself.
///
/// Foundation's `Process` takes a program for running as long as anybody holds a socket that it was given, and what two
/// tests start at the same moment may hold each other's. Here a program gets its three streams and nothing else, no
/// signal blocked or ignored, and is waited for by its number.
public final class Child: Sendable {
    public enum Input: Sendable {
        case none
        case file(String)
        /// Open until `closeInput`.
        case held
    }

    public enum Output: Sendable {
        case none
        /// Written anew.
        case file(String)
        /// To be read by `line`.
        case lines
        /// Where the tests write.
        case ours
    }

    public struct Failure: Error, CustomStringConvertible {
        public let description: String

        public init(_ description: String) { self.description = description }
    }

    public let pid: pid_t
    private let status = Mutex<Int32?>(nil)
    private let input: Mutex<FileHandle?>
    private let output: FileHandle?

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - executable: its path, or its name if `PATH` has it.
    ///   - environment: all of it.
    /// - Throws: `Failure`.
    public init(
        _ executable: String, _ arguments: [String] = [], in folder: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        input: Input = .none, output: Output = .none, errors: Output = .ours
    ) throws {
        let inputPipe = if case .held = input { Pipe() } else { Pipe?.none }
        let outputPipe = if case .lines = output { Pipe() } else { Pipe?.none }
        var opened: [Int32] = []
        defer { for descriptor in opened { close(descriptor) } }
        func descriptor(_ path: String, _ flags: Int32) throws -> Int32 {
            let descriptor = open(path, flags | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw Failure("\(path): \(String(cString: strerror(errno)))") }
            opened.append(descriptor)
            return descriptor
        }
        func descriptor(_ stream: Output, ours: Int32) throws -> Int32 {
            switch stream {
            case .none: try descriptor("/dev/null", O_WRONLY)
            case .file(let path): try descriptor(path, O_WRONLY | O_CREAT | O_TRUNC)
            case .lines: outputPipe!.fileHandleForWriting.fileDescriptor
            case .ours: ours
            }
        }
        let inputDescriptor =
            switch input {
            case .none: try descriptor("/dev/null", O_RDONLY)
            case .file(let path): try descriptor(path, O_RDONLY)
            case .held: inputPipe!.fileHandleForReading.fileDescriptor
            }
        let streams = [inputDescriptor, try descriptor(output, ours: 1), try descriptor(errors, ours: 2)]

        let words = ([executable] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        let failure = spawn_program(&pid, executable, words, variables, folder, streams, false)
        guard failure == 0 else {
            throw Failure("\(executable) does not start: \(String(cString: strerror(failure)))")
        }
        self.pid = pid
        try? inputPipe?.fileHandleForReading.close()
        try? outputPipe?.fileHandleForWriting.close()
        self.input = Mutex(inputPipe?.fileHandleForWriting)
        self.output = outputPipe?.fileHandleForReading
    }

    /// The next line of its output; the rest of it where it ends without one.
    public func line() -> String {
        var bytes: [UInt8] = []
        while let byte = try? output?.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    public func closeInput() { input.withLock { try? $0?.close() } }

    /// A program that has ended gets none: its number may be another's.
    public func signal(_ number: Int32) {
        status.withLock { if $0 == nil, !reap(&$0, WNOHANG) { kill(pid, number) } }
    }

    public var isRunning: Bool { status.withLock { $0 == nil && !reap(&$0, WNOHANG) } }

    /// Its exit status once it has ended; the signal that ended it, negative.
    public func wait() -> Int32 {
        // Without the lock: others may want to end it.
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

extension Child {
    public struct Outcome: Sendable {
        /// Negative where a signal ended it.
        public let status: Int32
        public let output: String
        public let errors: String

        /// - Throws: `Failure` with what it wrote to stderr, unless it ended with 0.
        @discardableResult public func succeeded() throws -> Outcome {
            guard status == 0 else { throw Failure("status \(status): \(errors)") }
            return self
        }
    }

    /// Runs a program to its end and reads what it wrote.
    ///
    /// - Parameter output: a file of the caller's that gets its output instead.
    public static func run(
        _ executable: String, _ arguments: [String] = [], in folder: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment, input: Input = .none,
        output: String? = nil
    ) throws -> Outcome {
        // Files, not pipes: nobody has to empty them while the program runs.
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("child-\(UUID())").path
        let paths = (output: "\(base).out", errors: "\(base).err")
        defer { for path in [paths.output, paths.errors] { try? FileManager.default.removeItem(atPath: path) } }
        let child = try Child(
            executable, arguments, in: folder, environment: environment, input: input,
            output: .file(output ?? paths.output), errors: .file(paths.errors))
        func text(_ path: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        }
        return Outcome(
            status: child.wait(), output: output == nil ? try text(paths.output) : "", errors: try text(paths.errors))
    }
}
