import Dispatch
import Foundation
import Synchronization

/// The threads that share out independent pieces of work: images, labels, folds, blocks of rows.
///
/// Nothing that is computed may depend on how many there are: a piece writes only what is its own, and pieces are
/// cut without asking for `count`.
public struct Workers: Sendable, Equatable {
    /// How many threads work at the same time.
    public let count: Int

    /// - Precondition: `count` is at least 1.
    public init(count: Int) {
        precondition(count >= 1, "\(count) workers")
        self.count = count
    }

    /// One for each core that this process may use; `HEARTSENSE_THREADS` asks for fewer or more.
    public static var all: Workers {
        if let text = ProcessInfo.processInfo.environment["HEARTSENSE_THREADS"], let asked = Int(text), asked >= 1 {
            return Workers(count: asked)
        }
        return Workers(count: max(1, ProcessInfo.processInfo.activeProcessorCount))
    }

    /// Calls `body` once for each index in 0 ..< pieces, in any order.
    ///
    /// - Parameter body: gets the index and the number of the worker that took it, which is below `count`: a place
    ///   for scratch memory that is not shared.
    public func forEach(_ pieces: Int, _ body: @Sendable (_ index: Int, _ worker: Int) -> Void) {
        let threads = min(count, pieces)
        guard threads > 1 else {
            for index in 0 ..< max(pieces, 0) { body(index, 0) }
            return
        }
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: threads) { worker in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                if index >= pieces { break }
                body(index, worker)
            }
        }
    }

    /// The results of `body` for 0 ..< pieces, in order.
    ///
    /// - Throws: the error of the lowest index that failed; the other pieces are still finished.
    public func map<Result: Sendable>(
        _ pieces: Int, _ body: @Sendable (_ index: Int, _ worker: Int) throws -> Result
    ) throws -> [Result] {
        let results = Mutex([Swift.Result<Result, any Error>?](repeating: nil, count: pieces))
        forEach(pieces) { index, worker in
            let result = Swift.Result { try body(index, worker) }
            results.withLock { $0[index] = result }
        }
        return try results.withLock { try $0.map { try $0!.get() } }
    }
}
