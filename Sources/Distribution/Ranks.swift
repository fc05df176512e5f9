import Foundation
import Synchronization

/// The processes of a job, as one of them sees them. A process without a launcher is the only rank of its job.
///
/// All ranks make the same calls in the same order, from one thread each. A peer that ends or cannot be reached ends the
/// whole job, so calls do not return errors of the network.
public final class Ranks: Sendable {
    /// The number of this process, from 0. Rank 0 writes files, logs and results.
    public let rank: Int
    /// The number of processes.
    public let size: Int
    /// The host of each rank.
    public let hosts: [String]

    private let transport: SharedTransport?
    private let heartbeat: Heartbeat?
    private let state = Mutex(State())

    private struct State {
        var pending: [Int: [MessageRequest]] = [:]
        var lastTicket = 0
        var waited = Duration.zero
    }

    /// The only rank of a job.
    public static let alone = Ranks()

    private init() {
        (rank, size, hosts) = (0, 1, [Self.hostName])
        (transport, heartbeat) = (nil, nil)
    }

    /// Joins a job.
    ///
    /// - Parameters:
    ///   - silence: the seconds without a sign of life after which a peer counts as lost.
    ///   - longestMessage: the maximum number of bytes of a message. Longer ones are split.
    ///   - lost: called with a sentence if a peer is lost or MPI fails.
    package init(
        _ transport: any MessageTransport, silence: Double, longestMessage: Int = 1 << 30,
        lost: @escaping @Sendable (String) -> Void
    ) {
        (rank, size) = (transport.rank, transport.size)
        let shared = SharedTransport(transport, longestMessage: longestMessage, lost: lost)
        self.transport = shared
        hosts = Self.gather(Array(Self.hostName.utf8), over: shared).map { String(decoding: $0, as: UTF8.self) }
        heartbeat = Heartbeat(shared, hosts: hosts, silence: silence)
    }

    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        return name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    /// Whether this rank writes files, logs and results.
    public var isFirst: Bool { rank == 0 }

    /// Names this rank in messages: `rank 2 on node7`.
    public var name: String { "rank \(rank) on \(hosts[rank])" }

    /// The time that this rank has waited for others, in seconds.
    public var waitedSeconds: Double {
        let waited = state.withLock { $0.waited }
        return Double(waited.components.seconds) + Double(waited.components.attoseconds) * 1e-18
    }

    // MARK: - Exchange

    /// Starts to send one buffer to each rank and to receive one from each. Empty buffers, and those of this rank itself,
    /// take no message.
    ///
    /// The buffers must stay valid until `finish`, and those that are sent must not change.
    public func begin(sending: [UnsafeRawBufferPointer], receiving: [UnsafeMutableRawBufferPointer]) -> Int {
        precondition(sending.count == size && receiving.count == size, "one buffer for each of \(size) ranks")
        let requests = transport?.exchange(sending: sending, receiving: receiving) ?? []
        return state.withLock { state in
            state.lastTicket += 1
            if !requests.isEmpty { state.pending[state.lastTicket] = requests }
            return state.lastTicket
        }
    }

    /// Waits for the messages that a call of `begin` has started.
    public func finish(_ ticket: Int) {
        guard let transport, let requests = state.withLock({ $0.pending.removeValue(forKey: ticket) }) else { return }
        let start = ContinuousClock.now
        transport.wait(for: requests)
        let waited = ContinuousClock.now - start
        state.withLock { $0.waited += waited }
    }

    /// Returns the bytes of every rank, in the order of the ranks.
    public func gather(_ bytes: [UInt8]) -> [[UInt8]] {
        guard let transport else { return [bytes] }
        return Self.gather(bytes, over: transport)
    }

    private static func gather(_ bytes: [UInt8], over transport: SharedTransport) -> [[UInt8]] {
        let size = transport.size
        var counts = [Int](repeating: bytes.count, count: size)
        let own = counts[transport.rank]
        withUnsafeBytes(of: own) { own in
            counts.withUnsafeMutableBytes { all in
                let base = all.baseAddress!
                transport.wait(
                    for: transport.exchange(
                        sending: (0 ..< size).map { _ in own },
                        receiving: (0 ..< size).map { UnsafeMutableRawBufferPointer(start: base + $0 * 8, count: 8) }))
            }
        }
        let starts = counts.indices.map { counts[..<$0].reduce(0, +) }
        let all = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, counts.reduce(0, +)), alignment: 16)
        defer { all.deallocate() }
        bytes.withUnsafeBytes { own in
            transport.wait(
                for: transport.exchange(
                    sending: (0 ..< size).map { _ in own },
                    receiving: (0 ..< size).map {
                        UnsafeMutableRawBufferPointer(start: all.baseAddress! + starts[$0], count: counts[$0])
                    }))
        }
        return (0 ..< size).map { rank in
            rank == transport.rank ? bytes : Array(all[starts[rank] ..< starts[rank] + counts[rank]])
        }
    }

    /// Returns the bytes of rank 0. Other ranks may give none.
    public func broadcast(_ bytes: [UInt8] = []) -> [UInt8] {
        guard size > 1 else { return bytes }
        return gather(isFirst ? bytes : [])[0]
    }

    /// Returns the sum over the ranks, added in their order.
    public func sum(_ values: [Double]) -> [Double] {
        let parts = gather(values.withUnsafeBytes { Array($0) })
        var sums = [Double](repeating: 0, count: values.count)
        for part in parts {
            precondition(part.count == 8 * values.count, "ranks add \(part.count / 8) and \(values.count) values")
            part.withUnsafeBytes { part in
                for index in sums.indices {
                    sums[index] += part.loadUnaligned(fromByteOffset: 8 * index, as: Double.self)
                }
            }
        }
        return sums
    }

    /// Whether the flag is set in any rank.
    public func any(_ flag: Bool) -> Bool {
        guard size > 1 else { return flag }
        var flags = [Bool](repeating: flag, count: size)
        let own = flag
        withUnsafeBytes(of: own) { own in
            flags.withUnsafeMutableBytes { all in
                let base = all.baseAddress!
                finish(
                    begin(
                        sending: Array(repeating: own, count: size),
                        receiving: (0 ..< size).map { UnsafeMutableRawBufferPointer(start: base + $0, count: 1) }))
            }
        }
        return flags.contains(true)
    }

    /// Waits until all ranks have called it.
    public func barrier() { _ = gather([]) }

    /// Checks that a value is equal in all ranks.
    ///
    /// - Parameter advice: what to do if it is not, as a sentence.
    /// - Throws: `DistributionError.different` in all ranks.
    public func checkEqual(_ what: String, _ value: String, advice: String) throws {
        guard size > 1 else { return }
        let values = gather(Array(value.utf8)).map { String(decoding: $0, as: UTF8.self) }
        if let other = values.firstIndex(where: { $0 != values[0] }) {
            throw DistributionError.different(
                what: what, here: values[0], rank: other, host: hosts[other], there: values[other], advice: advice)
        }
    }

    // MARK: - Messages between two ranks

    func send(_ bytes: UnsafeRawBufferPointer, to rank: Int) {
        guard let transport else { return }
        transport.wait(for: transport.send(bytes, to: rank, tag: .queue))
    }

    func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int) {
        guard let transport else { return }
        transport.wait(for: transport.receive(bytes, from: rank, tag: .queue))
    }

    /// Starts to receive a short message.
    func expect(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int) -> [MessageRequest] {
        transport?.receive(bytes, from: rank, tag: .queue) ?? []
    }

    func isDone(_ requests: inout [MessageRequest]) -> Bool { transport?.isDone(&requests) ?? true }

    // MARK: - The end

    /// Leaves the job, if all ranks do within the given time. Ends the job otherwise.
    ///
    /// - Parameter status: the exit status of the job if it has to be ended.
    public func leave(within seconds: Double, status: Int32) {
        guard let transport, let heartbeat else { return }
        if heartbeat.leave(within: seconds) { transport.stop() } else { transport.abort(status: status) }
    }
}
