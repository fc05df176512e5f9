import Accounts
import Storage

/// Counts wrong passwords, and delays further attempts.
///
/// Attempts are counted for a session, a device that has logged in before, or the network of another client. Therefore
/// wrong passwords of other people delay neither a user's own session nor the user's devices. Wrong passwords from many
/// networks delay logins of unknown devices for a short time.
struct PasswordAttempts: Sendable {
    /// The sender of a password.
    enum Origin: Sendable {
        case session
        case device(SecretToken)
        case network(String)
    }

    /// Attempts of one origin: after `count` wrong passwords 15 s, 30 s and so on up to 15 minutes.
    private let origins: AttemptLimit
    /// Attempts of all unknown devices for an account.
    private let accounts: AttemptLimit
    private let addresses: AttemptLimit

    /// - Parameters:
    ///   - count: The number of wrong passwords without delay.
    ///   - addresses: The limit of requests by client address.
    init(storage: ServerDatabase, count: Int, addresses: AttemptLimit) {
        origins = AttemptLimit(storage: storage, kind: "password", .delay(count: count, seconds: 15, limit: 900))
        accounts = AttemptLimit(storage: storage, kind: "account", .delay(count: 10 * count, seconds: 15, limit: 15))
        self.addresses = addresses
    }

    /// Counts an attempt as wrong. Attempts are counted before the check, so that parallel ones cannot exceed the limit.
    ///
    /// - Throws: `APIError` with `tooManyAttempts`.
    func take(_ email: String, from origin: Origin) async throws {
        var attempts = [(limit: origins, key: Self.key(email, origin))]
        if case .network(let network) = origin { attempts += [(addresses, network), (accounts, email)] }
        try await AttemptLimit.take(attempts)
    }

    /// Resets the count of the origin after a correct password.
    func succeed(_ email: String, from origin: Origin) async throws {
        try await origins.forget(Self.key(email, origin))
        guard case .network(let network) = origin else { return }
        try await addresses.giveBack(network)
        try await accounts.giveBack(email)
    }

    /// Resets the counts of an account for a network, after its password was reset from there.
    func forget(_ email: String, network: String) async throws {
        try await origins.forget(Self.key(email, .network(network)))
        try await accounts.forget(email)
    }

    private static func key(_ email: String, _ origin: Origin) -> String {
        switch origin {
        case .session: "session \(email)"
        case .device(let token): "device \(token.text) \(email)"
        case .network(let network): "network \(network) \(email)"
        }
    }
}
