import Foundation

/// The bridge to MPI, `libheartsense-mpi.so`, which is loaded only if a launcher started several processes.
final class MPILibrary: MessageTransport {
    static let fileName = "libheartsense-mpi.so"
    /// Names a bridge at another place than next to the program.
    static let variable = "HEARTSENSE_MPI"
    private static let version: Int32 = 1

    private typealias Start = @convention(c) (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>) -> Int32
    private typealias Send = @convention(c) (UnsafeRawPointer?, Int32, Int32, Int32) -> UnsafeMutableRawPointer?
    private typealias Receive =
        @convention(c) (UnsafeMutableRawPointer?, Int32, Int32, Int32) -> UnsafeMutableRawPointer?
    private typealias Test = @convention(c) (UnsafeMutableRawPointer?) -> Int32
    private typealias Abort = @convention(c) (Int32) -> Void
    private typealias Plain = @convention(c) () -> Int32
    private typealias Text = @convention(c) () -> UnsafePointer<CChar>

    let rank: Int
    let size: Int
    private let begin: Send
    private let accept: Receive
    private let test: Test
    private let end: Abort
    private let finish: Plain
    private let error: Text

    /// Loads the bridge and joins the job.
    ///
    /// - Parameter expected: the number of processes that the launcher started.
    /// - Throws: `DistributionError`.
    init(expected: Int, path: String? = nil) throws {
        let path = path ?? Self.path(ProcessInfo.processInfo.environment)
        guard FileManager.default.fileExists(atPath: path) else { throw DistributionError.noBridge(path: path) }
        // MPI libraries load their own parts, which need the symbols of the first one.
        guard let handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL) else {
            throw DistributionError.cannotLoad(path: path, reason: dlerror().map { String(cString: $0) } ?? "unknown")
        }
        func function<Function>(_ name: String, _ type: Function.Type) throws -> Function {
            guard let symbol = dlsym(handle, "heartsense_mpi_\(name)") else {
                throw DistributionError.cannotLoad(path: path, reason: "it has no function heartsense_mpi_\(name)")
            }
            return unsafeBitCast(symbol, to: type)
        }
        let found = try function("version", Plain.self)()
        guard found == Self.version else {
            throw DistributionError.cannotLoad(
                path: path, reason: "its interface has version \(found), expected \(Self.version)")
        }
        (begin, accept) = (try function("send", Send.self), try function("receive", Receive.self))
        (test, end) = (try function("test", Test.self), try function("abort", Abort.self))
        (finish, error) = (try function("stop", Plain.self), try function("error", Text.self))
        var (rank, size): (Int32, Int32) = (0, 1)
        guard try function("start", Start.self)(&rank, &size) == 0 else {
            throw DistributionError.mpi(String(cString: error()))
        }
        guard Int(size) == expected else {
            throw DistributionError.otherSize(expected: expected, found: Int(size))
        }
        (self.rank, self.size) = (Int(rank), Int(size))
    }

    /// Returns the path of the bridge: that in the environment, else next to the program.
    static func path(_ environment: [String: String]) -> String {
        if let path = environment[variable], !path.isEmpty { return path }
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: program).deletingLastPathComponent().appendingPathComponent(fileName).path
    }

    func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: MessageTag) throws -> MessageRequest {
        try request(begin(bytes.baseAddress, Int32(bytes.count), Int32(rank), tag.rawValue))
    }

    func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int, tag: MessageTag) throws -> MessageRequest {
        try request(accept(bytes.baseAddress, Int32(bytes.count), Int32(rank), tag.rawValue))
    }

    private func request(_ pointer: UnsafeMutableRawPointer?) throws -> MessageRequest {
        guard let pointer else { throw DistributionError.mpi(String(cString: error())) }
        return MessageRequest(id: UInt(bitPattern: pointer))
    }

    func isDone(_ request: MessageRequest) throws -> Bool {
        let state = test(UnsafeMutableRawPointer(bitPattern: request.id))
        guard state >= 0 else { throw DistributionError.mpi(String(cString: error())) }
        return state == 1
    }

    func abort(status: Int32) { end(status) }

    func stop() throws {
        guard finish() == 0 else { throw DistributionError.mpi(String(cString: error())) }
    }
}

/// Errors of a job of several processes.
public enum DistributionError: Error, Equatable, CustomStringConvertible {
    case noBridge(path: String)
    case cannotLoad(path: String, reason: String)
    case mpi(String)
    case otherSize(expected: Int, found: Int)
    case notDistributed(command: String, size: Int)
    /// Ranks that differ from rank 0 in something that must be equal.
    case different(what: String, here: String, rank: Int, host: String, there: String, advice: String)

    public var description: String {
        switch self {
        case .noBridge(let path):
            "\(path): the bridge to MPI is missing, but a launcher started several processes. Build it with `make mpi`, "
                + "or set \(MPILibrary.variable) to its path."
        case .cannotLoad(let path, let reason):
            "\(path): the bridge to MPI cannot be used: \(reason). Build it again with `make mpi`."
        case .mpi(let text):
            "MPI failed: \(text)."
        case .otherSize(let expected, let found):
            "The launcher started \(expected) processes, but MPI found \(found). "
                + "Use the launcher of the same MPI library, under Slurm `srun --mpi=pmix`."
        case .notDistributed(let command, let size):
            "heartsense \(command) runs as one process, but a launcher started \(size). Start it without the launcher."
        case .different(let what, let here, let rank, let host, let there, let advice):
            "\(what) differs: rank 0 has \(here), rank \(rank) on \(host) has \(there). \(advice)"
        }
    }
}
