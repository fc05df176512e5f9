import Synchronization

/// Detects threads that make no progress: all of them have been at the same work for minutes.
final class WorkerWatch: Sendable {
    /// The time after which work makes no progress. Twelve pictures of 40 megapixels take less.
    static let limit = Duration.seconds(300)

    private let workers: Int
    private let state = Mutex<(next: Int, started: [Int: ContinuousClock.Instant])>((0, [:]))

    /// - Parameter workers: The number of threads.
    init(workers: Int) { self.workers = workers }

    /// Runs `body`, the work of one thread.
    func during<Value>(_ body: () throws -> Value) rethrows -> Value {
        let work = state.withLock { state in
            state.next += 1
            state.started[state.next] = .now
            return state.next
        }
        defer { state.withLock { $0.started[work] = nil } }
        return try body()
    }

    func isStalled(now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            state.started.count >= workers && state.started.values.allSatisfy { now - $0 > Self.limit }
        }
    }
}
