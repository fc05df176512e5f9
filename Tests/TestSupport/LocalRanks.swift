import Distribution
import Foundation
import Synchronization

/// Ranks that are threads of this process, with queues in memory instead of a network.
package enum LocalRanks {
    package final class Network: Sendable {
        private struct Line: Hashable {
            let from: Int
            let to: Int
            let tag: MessageTag
        }

        private struct Receive {
            let id: UInt
            let address: UInt
            let count: Int
        }

        private struct State {
            var messages: [Line: [[UInt8]]] = [:]
            var receives: [Line: [Receive]] = [:]
            var done: Set<UInt> = []
            var lastID: UInt = 0
            /// Ranks whose messages are lost.
            var silent: Set<Int> = []
        }

        private let state = Mutex(State())

        package init() {}

        /// Loses all messages of a rank from now on.
        package func silence(_ rank: Int) { state.withLock { _ = $0.silent.insert(rank) } }

        fileprivate func send(_ bytes: UnsafeRawBufferPointer, from: Int, to: Int, tag: MessageTag) -> UInt {
            let message = Array(bytes)
            return state.withLock { state in
                state.lastID += 1
                let id = state.lastID
                state.done.insert(id)
                if state.silent.contains(from) { return id }
                let line = Line(from: from, to: to, tag: tag)
                state.messages[line, default: []].append(message)
                Self.deliver(line, &state)
                return id
            }
        }

        fileprivate func receive(_ buffer: UnsafeMutableRawBufferPointer, from: Int, to: Int, tag: MessageTag) -> UInt {
            let (address, count) = (UInt(bitPattern: buffer.baseAddress), buffer.count)
            return state.withLock { state in
                state.lastID += 1
                let line = Line(from: from, to: to, tag: tag)
                state.receives[line, default: []].append(Receive(id: state.lastID, address: address, count: count))
                let id = state.lastID
                Self.deliver(line, &state)
                return id
            }
        }

        private static func deliver(_ line: Line, _ state: inout State) {
            while let message = state.messages[line]?.first, let receive = state.receives[line]?.first {
                precondition(message.count == receive.count, "\(message.count) bytes for \(receive.count)")
                UnsafeMutableRawBufferPointer(
                    start: UnsafeMutableRawPointer(bitPattern: receive.address), count: receive.count
                ).copyBytes(from: message)
                state.messages[line]?.removeFirst()
                state.receives[line]?.removeFirst()
                state.done.insert(receive.id)
            }
        }

        fileprivate func isDone(_ id: UInt) -> Bool { state.withLock { $0.done.remove(id) != nil } }
    }

    /// Runs `body` in `size` ranks at the same time and returns their results in order.
    ///
    /// - Parameters:
    ///   - silence: the seconds after which a silent rank counts as lost.
    ///   - longestMessage: longer ones are split.
    ///   - lost: receives the rank that has lost another, and its message.
    package static func run<Result: Sendable>(
        _ size: Int, silence: Double = 30, longestMessage: Int = 1 << 30, network: Network = Network(),
        lost: @escaping @Sendable (Int, String) -> Void = { _, _ in }, _ body: @escaping @Sendable (Ranks) -> Result
    ) -> [Result] {
        let results = Mutex([Result?](repeating: nil, count: size))
        let group = DispatchGroup()
        for rank in 0 ..< size {
            group.enter()
            let thread = Thread {
                let ranks = Ranks(
                    Transport(rank: rank, size: size, network: network), silence: silence,
                    longestMessage: longestMessage
                ) { lost(rank, $0) }
                let result = body(ranks)
                ranks.leave(within: 10, status: 1)
                results.withLock { $0[rank] = result }
                group.leave()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        group.wait()
        return results.withLock { $0.map { $0! } }
    }

    private final class Transport: MessageTransport {
        let rank: Int
        let size: Int
        private let network: Network

        init(rank: Int, size: Int, network: Network) {
            (self.rank, self.size, self.network) = (rank, size, network)
        }

        func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: MessageTag) -> MessageRequest {
            MessageRequest(id: network.send(bytes, from: self.rank, to: rank, tag: tag))
        }

        func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int, tag: MessageTag) -> MessageRequest {
            MessageRequest(id: network.receive(bytes, from: rank, to: self.rank, tag: tag))
        }

        func isDone(_ request: MessageRequest) -> Bool { network.isDone(request.id) }

        func abort(status: Int32) {}

        func stop() {}
    }
}
