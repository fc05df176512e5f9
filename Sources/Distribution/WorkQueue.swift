import Foundation
import LinearAlgebra
import Synchronization

extension Ranks {
    /// Computes results for 0 ..< count on the threads of all ranks. Rank 0 hands out the indices one by one, so fast
    /// ranks compute more of them.
    ///
    /// - Parameters:
    ///   - count: equal in all ranks.
    ///   - workers: the threads of this rank.
    ///   - body: returns the result of an index as bytes, given the index and the number of the worker.
    ///   - inOrder: whether results wait until those of all smaller indices are consumed.
    ///   - consume: receives every result in rank 0.
    ///   - progress: called in rank 0 with the number of finished results.
    /// - Returns: the number of results of each rank; in other ranks than 0 zeros.
    /// - Throws: the errors of `consume`.
    @discardableResult
    public func distribute(
        _ count: Int, workers: Workers, inOrder: Bool = true,
        body: @escaping @Sendable (_ index: Int, _ worker: Int) -> [UInt8],
        progress: (_ done: Int) -> Void = { _ in }, consume: (_ index: Int, _ result: [UInt8]) throws -> Void
    ) throws -> [Int] {
        let queue = LocalQueue(threads: min(workers.count, max(1, count)), body: body)
        defer { queue.end() }
        guard isFirst else {
            work(queue, count: count, threads: workers.count)
            return Array(repeating: 0, count: size)
        }
        return try handOut(count, queue, inOrder: inOrder, progress: progress, consume: consume)
    }

    /// A header of a message to rank 0; a result follows after that of a result.
    private enum Message {
        static let bytes = 24
        static let (request, result, end) = (0, 1, 2)
    }

    /// Rank 0: gives indices to its own threads and to other ranks, and collects the results.
    private func handOut(
        _ count: Int, _ queue: LocalQueue, inOrder: Bool, progress: (Int) -> Void,
        consume: (Int, [UInt8]) throws -> Void
    ) throws -> [Int] {
        var (next, done, consumed) = (0, 0, 0)
        var results: [Int: [UInt8]] = [:]
        var counts = [Int](repeating: 0, count: size)
        var peers = (1 ..< size).map { rank in
            let header = UnsafeMutableRawBufferPointer.allocate(byteCount: Message.bytes, alignment: 8)
            return (rank: rank, header: header, request: expect(header, from: rank), isOpen: true)
        }
        defer { for peer in peers { peer.header.deallocate() } }
        func take() -> Int? {
            guard next < count else { return nil }
            defer { next += 1 }
            return next
        }
        func keep(_ result: [UInt8], of index: Int, from rank: Int) throws {
            counts[rank] += 1
            done += 1
            defer { progress(done) }
            guard inOrder else { return try consume(index, result) }
            results[index] = result
            while let result = results.removeValue(forKey: consumed) {
                try consume(consumed, result)
                consumed += 1
            }
        }
        while done < count || peers.contains(where: \.isOpen) {
            var isIdle = true
            while queue.hasRoom(), let index = take() { queue.add(index) }
            for (index, result) in queue.finished() {
                try keep(result, of: index, from: 0)
                isIdle = false
            }
            for place in peers.indices where peers[place].isOpen && isDone(&peers[place].request) {
                isIdle = false
                let (rank, header) = (peers[place].rank, peers[place].header)
                let values = (0 ..< 3).map { header.load(fromByteOffset: 8 * $0, as: Int.self) }
                switch values[0] {
                case Message.request:
                    let index = take() ?? -1
                    withUnsafeBytes(of: index) { send($0, to: rank) }
                case Message.result:
                    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: values[2], alignment: 16)
                    defer { buffer.deallocate() }
                    receive(buffer, from: rank)
                    try keep(Array(buffer), of: values[1], from: rank)
                default:
                    peers[place].isOpen = false
                }
                if peers[place].isOpen { peers[place].request = expect(header, from: rank) }
            }
            if isIdle { queue.wait() }
        }
        return counts
    }

    /// Other ranks: ask rank 0 for an index for each idle thread, and send the results. They ask for one more index ahead,
    /// so that no thread waits for the answer, unless that could leave another rank without work.
    private func work(_ queue: LocalQueue, count: Int, threads: Int) {
        let reply = UnsafeMutableRawBufferPointer.allocate(byteCount: 8, alignment: 8)
        defer { reply.deallocate() }
        var asked: [MessageRequest]?
        var isOver = false
        var last = -1
        func tell(_ kind: Int, _ index: Int = 0, _ result: [UInt8] = []) {
            [kind, index, result.count].withUnsafeBytes { send($0, to: 0) }
            result.withUnsafeBytes { send($0, to: 0) }
        }
        while !isOver || !queue.isEmpty {
            var isIdle = true
            let ahead = last >= 0 && last + 2 * size * threads < count ? 1 : 0
            if !isOver, asked == nil, queue.hasRoom(ahead: ahead) {
                asked = expect(reply, from: 0)
                tell(Message.request)
                isIdle = false
            }
            if asked != nil, isDone(&asked!) {
                asked = nil
                last = reply.load(as: Int.self)
                if last < 0 { isOver = true } else { queue.add(last) }
                isIdle = false
            }
            for (index, result) in queue.finished() {
                tell(Message.result, index, result)
                isIdle = false
            }
            if isIdle { queue.wait() }
        }
        tell(Message.end)
    }
}

/// The threads of one rank and their indices.
private final class LocalQueue: Sendable {
    private struct State {
        var waiting: [Int] = []
        var running = 0
        var finished: [(index: Int, result: [UInt8])] = []
        var isEnded = false
    }

    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    private let news = DispatchSemaphore(value: 0)
    private let threads: Int

    init(threads: Int, body: @escaping @Sendable (Int, Int) -> [UInt8]) {
        self.threads = threads
        for worker in 0 ..< threads {
            // Pages need more stack than the default of secondary threads.
            let thread = Thread { [self] in run(worker, body) }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    private func run(_ worker: Int, _ body: (Int, Int) -> [UInt8]) {
        while true {
            work.wait()
            let index: Int? = state.withLock { state in
                guard !state.isEnded, !state.waiting.isEmpty else { return nil }
                state.running += 1
                return state.waiting.removeFirst()
            }
            guard let index else { return }
            let result = body(index, worker)
            state.withLock { state in
                state.running -= 1
                state.finished.append((index, result))
            }
            news.signal()
        }
    }

    /// Whether a thread has no work, or fewer than `ahead` indices wait for one.
    func hasRoom(ahead: Int = 0) -> Bool { state.withLock { $0.waiting.count + $0.running < threads + ahead } }

    /// Whether no index and no result is left.
    var isEmpty: Bool { state.withLock { $0.waiting.isEmpty && $0.running == 0 && $0.finished.isEmpty } }

    func add(_ index: Int) {
        state.withLock { $0.waiting.append(index) }
        work.signal()
    }

    /// Removes and returns the results so far.
    func finished() -> [(index: Int, result: [UInt8])] {
        state.withLock { state in
            defer { state.finished = [] }
            return state.finished
        }
    }

    /// Waits a moment for a result of this rank.
    func wait() { _ = news.wait(timeout: .now() + .milliseconds(1)) }

    /// Ends the threads.
    func end() {
        state.withLock { $0.isEnded = true }
        for _ in 0 ..< threads { work.signal() }
    }
}
