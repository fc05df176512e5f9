import Synchronization

/// Where people reach the server: what links in mail begin with.
///
/// Without a public address that is configured it is the one that the server listens on, whose port is known when it does:
/// port 0 takes a free one.
package final class ServerAddress: Sendable, CustomStringConvertible {
    private let configured: String?
    private let host: String
    private let port: Mutex<Int>

    /// - Parameters:
    ///   - configured: the public one, without a slash at the end.
    ///   - host: that it listens on.
    ///   - port: that it is to listen on.
    package init(configured: String?, host: String, port: Int) {
        (self.configured, self.host) = (configured, host)
        self.port = Mutex(port)
    }

    package func isListening(on port: Int) { self.port.withLock { $0 = port } }

    /// Without a slash at the end.
    package var description: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return configured ?? port.withLock { "http://\(host):\($0)" }
    }
}
