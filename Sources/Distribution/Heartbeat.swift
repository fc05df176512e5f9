import Foundation
import Synchronization

/// Sends a sign of life to other ranks every second, and ends the job if one of them is silent.
///
/// A rank may compute for minutes without a message, so a thread of its own sends the signs. Jobs of up to 32 ranks watch
/// every connection; in larger ones, rank 0 and each other rank watch each other.
final class Heartbeat: Sendable {
    static let interval = 1.0
    private static let mostPeersOfAll = 32

    private struct Peer {
        let rank: Int
        let sent: UnsafeMutableRawBufferPointer
        let heard: UnsafeMutableRawBufferPointer
        var sending: [MessageRequest] = []
        var receiving: [MessageRequest] = []
        var lastSent: ContinuousClock.Instant?
        var lastHeard = ContinuousClock.now
        var hasSaidGoodbye = false
        var hasHeardGoodbye = false
    }

    private enum Sign { static let (alive, goodbye): (UInt8, UInt8) = (1, 2) }

    private struct State {
        /// The time until which the other ranks must leave too.
        var deadline: ContinuousClock.Instant?
        var outcome: Bool?
    }

    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)

    init(_ transport: SharedTransport, hosts: [String], silence: Double) {
        let isFull = transport.size <= Self.mostPeersOfAll
        let ranks = (0 ..< transport.size).filter { other in
            other != transport.rank && (isFull || other == 0 || transport.rank == 0)
        }
        let thread = Thread { [self] in
            watch(transport, ranks.map(Self.peer), hosts: hosts, silence: silence)
        }
        thread.name = "heartbeat"
        thread.start()
    }

    private static func peer(_ rank: Int) -> Peer {
        Peer(
            rank: rank, sent: .allocate(byteCount: 1, alignment: 1), heard: .allocate(byteCount: 1, alignment: 1))
    }

    /// Tells the other ranks that this one leaves, and waits for them to do the same.
    ///
    /// - Returns: whether all of them have left within the time.
    func leave(within seconds: Double) -> Bool {
        state.withLock { $0.deadline = .now + .seconds(seconds) }
        ended.wait()
        return state.withLock { $0.outcome ?? false }
    }

    private func watch(_ transport: SharedTransport, _ peers: [Peer], hosts: [String], silence: Double) {
        var peers = peers
        for index in peers.indices {
            peers[index].lastHeard = .now
            peers[index].receiving = transport.receive(peers[index].heard, from: peers[index].rank, tag: .heartbeat)
        }
        while true {
            let deadline = state.withLock { $0.deadline }
            for index in peers.indices { Self.update(&peers[index], isLeaving: deadline != nil, transport) }
            if deadline != nil, peers.allSatisfy({ $0.hasSaidGoodbye && $0.hasHeardGoodbye && $0.sending.isEmpty }) {
                return finish(true)
            }
            if let deadline, deadline < .now { return finish(false) }
            if let peer = peers.first(where: { !$0.hasHeardGoodbye && .now - $0.lastHeard > .seconds(silence) }) {
                transport.lose(
                    "Lost rank \(peer.rank) on \(hosts[peer.rank]): no sign of life for \(Int(silence)) s. "
                        + "Its process, its host or the network has failed. The job ends.")
                return finish(false)
            }
            usleep(deadline == nil ? 50_000 : 10_000)
        }
    }

    private static func update(_ peer: inout Peer, isLeaving: Bool, _ transport: SharedTransport) {
        if !peer.hasHeardGoodbye, transport.isDone(&peer.receiving) {
            peer.lastHeard = .now
            if peer.heard[0] == Sign.goodbye {
                peer.hasHeardGoodbye = true
            } else {
                peer.receiving = transport.receive(peer.heard, from: peer.rank, tag: .heartbeat)
            }
        }
        guard transport.isDone(&peer.sending), !peer.hasSaidGoodbye else { return }
        let isDue = peer.lastSent.map { .now - $0 >= .seconds(interval) } ?? true
        guard isDue || isLeaving else { return }
        peer.sent[0] = isLeaving ? Sign.goodbye : Sign.alive
        peer.hasSaidGoodbye = isLeaving
        peer.lastSent = .now
        peer.sending = transport.send(peer.sent, to: peer.rank, tag: .heartbeat)
    }

    private func finish(_ outcome: Bool) {
        state.withLock { $0.outcome = outcome }
        ended.signal()
    }
}

extension SharedTransport {
    /// Sends the bytes of a mutable buffer.
    fileprivate func send(_ bytes: UnsafeMutableRawBufferPointer, to rank: Int, tag: MessageTag) -> [MessageRequest] {
        send(UnsafeRawBufferPointer(bytes), to: rank, tag: tag)
    }
}
