/// A mail server and how to connect to it.
///
/// Its description does not contain the password, so that it can be printed.
public struct SMTPServer: Equatable, Sendable, CustomStringConvertible, CustomReflectable {
    public enum Encryption: Equatable, Sendable {
        /// TLS from the first byte (usually port 465).
        case immediate
        /// STARTTLS is required (usually port 587).
        case upgraded
        /// No encryption, for a server on this machine only.
        case none
    }

    public var host: String
    public var port: Int
    public var encryption: Encryption
    /// The user name; empty for a server without login.
    public var user: String
    public var password: String
    /// A PEM file with trusted authorities; nil for those of the system.
    public var authorities: String?
    /// The time limit for a reply. The limit for the reply to a whole message is five times as long.
    public var seconds: Double

    public init(
        host: String, port: Int, encryption: Encryption, user: String = "", password: String = "",
        authorities: String? = nil, seconds: Double = 60
    ) {
        (self.host, self.port, self.encryption, self.user) = (host, port, encryption, user)
        (self.password, self.authorities, self.seconds) = (password, authorities, seconds)
    }

    /// The host and port, without user and password.
    public var description: String { "\(host):\(port)" }

    /// The host and port, without user and password.
    public var customMirror: Mirror { Mirror(self, children: ["host": host, "port": port]) }

    /// Returns the URL for libcurl. The scheme selects immediate TLS, and the path is the name in EHLO (RFC 5321).
    func address(callingItself name: String) -> String {
        let scheme = encryption == .immediate ? "smtps" : "smtp"
        return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)/\(name)"
    }
}
