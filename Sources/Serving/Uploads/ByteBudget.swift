import APIErrors
import Synchronization

/// The limit of bytes of pictures in memory, over all requests.
final class ByteBudget: Sendable {
    private let free: Mutex<Int>

    init(bytes: Int) { free = Mutex(bytes) }

    /// Reserves bytes; false if too few are free.
    func take(_ bytes: Int) -> Bool {
        free.withLock { free in
            guard free >= bytes else { return false }
            free -= bytes
            return true
        }
    }

    func give(back bytes: Int) { free.withLock { $0 += bytes } }

    /// The bytes of one request, which are released with this object.
    final class Share: Sendable {
        private let budget: ByteBudget
        private let taken = Mutex(0)

        init(of budget: ByteBudget) { self.budget = budget }

        /// - Throws: `APIError` with `busy` if too few bytes are free.
        func take(_ bytes: Int) throws {
            guard budget.take(bytes) else { throw APIError.busy("too many pictures are being received") }
            taken.withLock { $0 += bytes }
        }

        deinit { budget.give(back: taken.withLock { $0 }) }
    }
}
