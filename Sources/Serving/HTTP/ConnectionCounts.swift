import Synchronization

/// Counts the open connections of each client network, so that one cannot hold all of them.
final class ConnectionCounts: Sendable {
    private let limit: Int
    private let counts = Mutex<[String: Int]>([:])

    init(limit: Int) { self.limit = limit }

    /// Counts a connection; false if the network already has as many as allowed.
    func enter(_ network: String) -> Bool {
        counts.withLock { counts in
            guard counts[network, default: 0] < limit else { return false }
            counts[network, default: 0] += 1
            return true
        }
    }

    func leave(_ network: String) {
        counts.withLock { counts in
            let count = counts[network, default: 1] - 1
            counts[network] = count == 0 ? nil : count
        }
    }
}
