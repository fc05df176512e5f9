import APIErrors
import Synchronization

/// The limit of bytes of requests and responses in memory, over all connections.
///
/// A quarter of it is reserved for small requests, so that large ones cannot take all.
final class ByteBudget: Sendable {
    private let reserve: Int
    private let free: Mutex<Int>

    /// A request up to this size can use the reserve.
    static let smallBytes = 1 << 20

    init(bytes: Int) {
        reserve = bytes / 4
        free = Mutex(bytes)
    }

    /// Reserves bytes; false if too few are free.
    private func take(_ bytes: Int, isSmall: Bool) -> Bool {
        free.withLock { free in
            guard free - bytes >= (isSmall ? 0 : reserve) else { return false }
            free -= bytes
            return true
        }
    }

    private func give(back bytes: Int) { free.withLock { $0 += bytes } }

    /// The bytes of one request or response, which are released with this object.
    final class Share: Sendable {
        private let budget: ByteBudget
        private let taken = Mutex(0)

        init(of budget: ByteBudget) { self.budget = budget }

        /// - Parameter reason: The reason in the error.
        /// - Throws: `APIError` with `busy` if too few bytes are free.
        func take(_ bytes: Int, for reason: String = "too many pictures are being received") throws {
            try taken.withLock { taken in
                guard budget.take(bytes, isSmall: taken + bytes <= ByteBudget.smallBytes) else {
                    throw APIError.busy(reason)
                }
                taken += bytes
            }
        }

        deinit { budget.give(back: taken.withLock { $0 }) }
    }
}
