import APIErrors
import Synchronization

/// Tells the threads that work on a request whether its response is still wanted.
final class JobTicket: Sendable {
    private let isConnected: @Sendable () -> Bool
    private let isCanceled = Atomic(false)

    /// - Parameter isConnected: Whether the client can still receive a response.
    init(isConnected: @escaping @Sendable () -> Bool = { true }) { self.isConnected = isConnected }

    var isWanted: Bool { !isCanceled.load(ordering: .relaxed) && isConnected() }

    func cancel() { isCanceled.store(true, ordering: .relaxed) }

    /// - Throws: `APIError` with `shuttingDown` if the response is not wanted. Only a stopping server sends this error.
    func check() throws {
        guard isWanted else { throw APIError.shuttingDown }
    }
}
