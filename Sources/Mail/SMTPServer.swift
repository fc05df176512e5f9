/// Where and how mail is handed over.
///
/// Described without its password, wherever that may be printed.
public struct SMTPServer: Equatable, Sendable, CustomStringConvertible, CustomReflectable {
    public enum Encryption: Equatable, Sendable {
        /// TLS from the first byte (usually port 465).
        case immediate
        /// STARTTLS, without which nothing is sent (usually port 587).
        case upgraded
        /// None: only for a server on this machine.
        case none
    }

    public var host: String
    public var port: Int
    public var encryption: Encryption
    /// Empty where the server wants no log-in.
    public var user: String
    public var password: String
    /// A PEM file of the authorities to trust, instead of the system's.
    public var authorities: String?
    /// How long a reply may take; the one to a whole message five times as long.
    public var seconds: Double

    public init(
        host: String, port: Int, encryption: Encryption, user: String = "", password: String = "",
        authorities: String? = nil, seconds: Double = 60
    ) {
        (self.host, self.port, self.encryption, self.user) = (host, port, encryption, user)
        (self.password, self.authorities, self.seconds) = (password, authorities, seconds)
    }

    /// The place alone.
    public var description: String { "\(host):\(port)" }

    /// The place alone.
    public var customMirror: Mirror { Mirror(self, children: ["host": host, "port": port]) }

    /// For libcurl: the scheme says whether TLS comes first, the path what we call ourselves (RFC 5321, EHLO).
    func address(callingItself name: String) -> String {
        let scheme = encryption == .immediate ? "smtps" : "smtp"
        return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)/\(name)"
    }
}
