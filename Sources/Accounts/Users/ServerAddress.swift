import Synchronization

/// The address of the server, with which links in messages start.
///
/// Without a configured public address it is the address that the server listens on. Port 0 selects a free port, which is
/// known only when the server listens.
package final class ServerAddress: Sendable, CustomStringConvertible {
    private let configured: String?
    private let host: String
    private let port: Mutex<Int>

    /// - Parameters:
    ///   - configured: The public address, without a trailing slash.
    ///   - host: The host to listen on.
    ///   - port: The port to listen on.
    package init(configured: String?, host: String, port: Int) {
        (self.configured, self.host) = (configured, host)
        self.port = Mutex(port)
    }

    package func isListening(on port: Int) { self.port.withLock { $0 = port } }

    /// The address, without a trailing slash.
    package var description: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return configured ?? port.withLock { "http://\(host):\($0)" }
    }
}
