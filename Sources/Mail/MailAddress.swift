/// An e-mail address: `local@domain`, in ASCII, without quotes or comments.
///
/// Stricter than RFC 5321, because rare forms are hardly ever personal addresses. An accepted address cannot end a header
/// or an SMTP command.
public struct MailAddress: Hashable, Sendable, CustomStringConvertible {
    public let local: String
    /// The domain, in lower case.
    public let domain: String

    /// Parses a single address; nil for other text.
    ///
    /// - Source: RFC 5321, sections 4.1.2 (dot-string, domain) and 4.5.3.1 (lengths).
    public init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, text.utf8.count <= 254, (1 ... 64).contains(parts[0].utf8.count) else { return nil }
        let atoms = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard atoms.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isAtomByte) }) else { return nil }
        let names = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        guard names.allSatisfy(Self.isDomainName) else { return nil }
        local = parts[0]
        domain = parts[1].lowercased()
    }

    public var description: String { "\(local)@\(domain)" }

    private static func isAtomByte(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isDomainName(_ name: Substring) -> Bool {
        (1 ... 63).contains(name.utf8.count) && name.utf8.first != UInt8(ascii: "-")
            && name.utf8.last != UInt8(ascii: "-")
            && name.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a") ... UInt8(ascii: "z"), UInt8(ascii: "A") ... UInt8(ascii: "Z"),
            UInt8(ascii: "0") ... UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
