import APIErrors
import Accounts
import ServiceLifecycle
import Synchronization

/// Whether the server should get requests: it is not stopping, its threads make progress, and the database can be used.
///
/// This service delays the end of the server. `GET /v2/health/ready` fails `delay` seconds before the listener closes, so
/// that a load balancer sends requests elsewhere meanwhile. Responses of that time end their connections, so that clients
/// which keep them open connect again, to another server.
final class Readiness: Service, CustomStringConvertible {
    private let delay: Double
    /// Nil without a database.
    private let accounts: AccountService?
    private let stopping = Atomic(false)

    /// Whether the server has received the signal to stop.
    var isStopping: Bool { stopping.load(ordering: .relaxed) }

    init(delay: Double, accounts: AccountService?) { (self.delay, self.accounts) = (delay, accounts) }

    /// The name in the log.
    var description: String { "Readiness" }

    /// - Parameter isStalled: Whether threads make no progress.
    /// - Throws: `APIError` with `shuttingDown`, `busy` or `storageUnavailable`.
    func check(isStalled: Bool) async throws {
        guard !isStopping else { throw APIError.shuttingDown }
        guard !isStalled else { throw APIError.busy("the threads make no progress") }
        try await accounts?.storage.check()
    }

    /// Waits for the signal to stop, and then for the delay.
    func run() async throws {
        try? await gracefulShutdown()
        stopping.store(true, ordering: .relaxed)
        try? await Task.sleep(for: .seconds(delay))
    }
}
