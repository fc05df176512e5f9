import Dispatch
import Foundation
import Synchronization

/// Threads for independent tasks: images, labels, folds, blocks of rows.
///
/// No result may depend on the number of threads: a task writes only its own data, and the division into tasks does not
/// use `count`.
public struct Workers: Sendable, Equatable {
    /// The number of threads.
    public let count: Int

    /// - Precondition: `count` is at least 1.
    public init(count: Int) {
        precondition(count >= 1, "at least one worker is needed, found \(count)")
        self.count = count
    }

    /// A thread per core that this process may use, or the number in `HEARTSENSE_THREADS`.
    public static var all: Workers {
        if let text = ProcessInfo.processInfo.environment["HEARTSENSE_THREADS"], let asked = Int(text), asked >= 1 {
            return Workers(count: asked)
        }
        return Workers(count: Cores.count)
    }

    /// Calls `body` once for each index in 0 ..< pieces, in any order.
    ///
    /// - Parameter body: receives the index and the number of the worker, below `count`, which identifies scratch
    ///   memory.
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

    /// Returns the results of `body` for 0 ..< pieces, in order.
    ///
    /// - Throws: the error of the lowest index that failed, after all other tasks.
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
