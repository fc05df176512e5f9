import Foundation
import Synchronization
import TestSupport

/// `heartsense-server` as a child process on a free port.
final class RunningServer: Sendable {
    let port: UInt16
    let folder: String
    private let process: Child

    /// A server for several tests, with small limits.
    static let shared: Result<RunningServer, any Error> = Result {
        let server = try RunningServer(environment: [
            "HEARTSENSE_LIMITS_FILE_BYTES": "1000000", "HEARTSENSE_LIMITS_BODY_BYTES": "4000000",
            "HEARTSENSE_LIMITS_PIXELS": "4000000",
        ])
        endWithTheTests(server)
        return server
    }

    /// Generous time limits, because other tests use the same cores.
    private static let patience = [
        "HEARTSENSE_THREADS": "2", "HEARTSENSE_LIMITS_SECONDS": "240", "HEARTSENSE_SHUTDOWN_SECONDS": "240",
    ]

    /// The processes to kill at the end of the tests.
    private static let started = Mutex<[Int32]>([])

    static func endWithTheTests(_ server: RunningServer) {
        let isFirst = started.withLock { started in
            started.append(server.process.pid)
            return started.count == 1
        }
        if isFirst { atexit { for pid in RunningServer.started.withLock({ $0 }) { Foundation.kill(pid, SIGKILL) } } }
    }

    /// Starts the server, and waits until it listens.
    ///
    /// - Parameter models: nil for the small model.
    init(environment: [String: String] = [:], arguments: [String] = [], models: [String]? = nil) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("server-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        process = try Child(
            Program.path("heartsense-server"),
            (try models ?? [SmallModel.path]).flatMap { ["--model", $0] } + ["--port", "0"] + arguments,
            in: folder,
            environment: Program.environment.merging(Self.patience) { $1 }.merging(environment) { $1 },
            output: .lines, errors: .file("\(folder)/log"))
        // The first line has the address.
        let line = process.line()
        guard let colon = line.lastIndex(of: ":"),
            let port = UInt16(line[line.index(after: colon)...].prefix { $0 != "/" })
        else { throw Connection.Failure(text: "the server did not start: \(line)") }
        self.port = port
    }

    var log: String { (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "" }

    func terminate() { process.signal(SIGTERM) }

    /// Makes the server load its model files again.
    func hangUp() { process.signal(SIGHUP) }

    func kill() { process.signal(SIGKILL) }

    /// Waits until the log has a text, for at most four minutes.
    func waitForLog(_ text: String) -> Bool {
        for _ in 0 ..< 2400 {
            if log.contains(text) { return true }
            Thread.sleep(forTimeInterval: 0.1)
        }
        return false
    }

    /// Kills the server and its child processes.
    func killAll() {
        let pid = process.pid
        let children = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
        for child in children.split(separator: " ").compactMap({ Int32($0) }) { Foundation.kill(child, SIGKILL) }
        kill()
    }

    /// Suspends the process until `goOn`. Requests wait in the system.
    func pause() { process.signal(SIGSTOP) }

    func goOn() { process.signal(SIGCONT) }

    /// Waits for the end, and returns the exit status; negative for a signal.
    func wait() -> Int32 { process.wait() }

    /// The peak memory in bytes.
    var peakMemory: Int {
        let text = (try? String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
    }

    deinit {
        kill()
        _ = wait()
        try? FileManager.default.removeItem(atPath: folder)
    }
}

extension RunningServer {
    func connect() throws -> Connection { try Connection(port: port) }

    func get(_ path: String, method: String = "GET") throws -> Connection.Answer {
        let connection = try connect()
        try connection.send("\(method) \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return try connection.answer(toHead: method == "HEAD")
    }

    func post(_ path: String, type: String?, _ body: Data) throws -> Connection.Answer {
        let connection = try connect()
        try connection.send(
            Data(
                ("POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.count)\r\n"
                    + (type.map { "Content-Type: \($0)\r\n" } ?? "") + "\r\n").utf8) + body)
        return try connection.answer()
    }

    func predict(_ files: [(name: String, bytes: Data)]) throws -> Connection.Answer {
        try post("/predict", type: "multipart/form-data; boundary=b", Form.body(files))
    }

    var isAnswering: Bool { (try? get("/v2/health/live").status) == 200 }
}

/// Creates multipart bodies.
enum Form {
    static func part(_ disposition: String, _ content: Data) -> Data {
        Data("--b\r\nContent-Disposition: \(disposition)\r\n\r\n".utf8) + content + Data("\r\n".utf8)
    }

    static func body(_ files: [(name: String, bytes: Data)]) -> Data {
        var body = Data()
        for file in files { body += part("form-data; name=\"files\"; filename=\"\(file.name)\"", file.bytes) }
        return body + Data("--b--\r\n".utf8)
    }
}
