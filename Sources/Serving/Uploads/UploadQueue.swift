import APIErrors
import Accounts
import Foundation

/// A bounded queue of uploads, with threads of its own.
///
/// The threads have a low priority, so that requests without an upload are answered at once.
final class UploadQueue: @unchecked Sendable {
    private let capacity: Int
    private let condition = NSCondition()
    private let watch: WorkerWatch

    // Guarded by `condition`.
    private var work: [@Sendable () -> Void] = []
    private var isClosed = false

    /// Starts the threads.
    ///
    /// - Parameter capacity: the most uploads that wait.
    init(threads: Int, capacity: Int) {
        self.capacity = capacity
        watch = WorkerWatch(workers: threads)
        for number in 0 ..< threads {
            let thread = Thread { [self] in
                ThreadPriority.low.takeForThisThread()
                while let next = take() { watch.during(next) }
            }
            thread.name = "upload-\(number)"
            // Decoders of hostile files get a stack as large as that of the main thread.
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// The number of waiting uploads.
    var depth: Int { condition.withLock { work.count } }

    /// Whether all threads make no progress.
    func isStalled(now: ContinuousClock.Instant = .now) -> Bool { watch.isStalled(now: now) }

    /// Whether `stop()` was called.
    var isStopping: Bool { condition.withLock { isClosed } }

    /// Runs `body` on one of the threads.
    ///
    /// - Throws: `APIError` with `busy` if the queue is full, with `shuttingDown` after `stop()`; errors of `body`.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let item: @Sendable () -> Void = { continuation.resume(with: Result(catching: body)) }
            do { try put(item) } catch { continuation.resume(throwing: error) }
        }
    }

    private func put(_ item: @escaping @Sendable () -> Void) throws {
        try condition.withLock {
            guard !isClosed else { throw APIError.shuttingDown }
            guard work.count < capacity else { throw APIError.busy("too many uploads are waiting") }
            work.append(item)
            condition.signal()
        }
    }

    /// Returns the next work, and waits for it; nil when the queue is closed and empty.
    private func take() -> (@Sendable () -> Void)? {
        condition.withLock {
            while work.isEmpty {
                if isClosed { return nil }
                condition.wait()
            }
            return work.removeFirst()
        }
    }

    /// Rejects further uploads. The waiting ones are completed.
    func stop() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }
}
