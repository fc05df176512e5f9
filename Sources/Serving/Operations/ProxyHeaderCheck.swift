import HTTPTypes
import Hummingbird
import Logging
import Synchronization

/// Warns, once, of requests through a proxy whose header is not configured. Limits then count all its clients as one.
final class ProxyHeaderCheck: Sendable {
    private static let headers = ["x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip"]

    /// The configured header; nil without one.
    private let configured: String?
    private let hasWarned = Atomic(false)

    init(configured: String?) { self.configured = configured?.lowercased() }

    func check(_ request: Request, logger: Logger) {
        guard configured == nil, !hasWarned.load(ordering: .relaxed),
            let found = Self.headers.first(where: { name in
                request.headers.contains { $0.name.canonicalName == name }
            }), !hasWarned.exchange(true, ordering: .relaxed)
        else { return }
        logger.warning(
            "A proxy sends the address of the client, but accounts.client_header is off. Limits count all its clients as one.",
            metadata: ["header": "\(found)"])
    }
}
