import APIErrors
import Synchronization

/// How many bytes of pictures may be in memory at a time, over all requests.
final class ByteBudget: Sendable {
    private let free: Mutex<Int>

    init(bytes: Int) { free = Mutex(bytes) }

    /// Whether so many bytes could be had.
    func take(_ bytes: Int) -> Bool {
        free.withLock { free in
            guard free >= bytes else { return false }
            free -= bytes
            return true
        }
    }

    func give(back bytes: Int) { free.withLock { $0 += bytes } }

    /// What one request has taken; gives it back when it is gone.
    final class Share: Sendable {
        private let budget: ByteBudget
        private let taken = Mutex(0)

        init(of budget: ByteBudget) { self.budget = budget }

        /// - Throws: `Refusal` with `busy` where too much is in memory already.
        func take(_ bytes: Int) throws {
            guard budget.take(bytes) else { throw Refusal.busy("too many pictures are being received") }
            taken.withLock { $0 += bytes }
        }

        deinit { budget.give(back: taken.withLock { $0 }) }
    }
}
