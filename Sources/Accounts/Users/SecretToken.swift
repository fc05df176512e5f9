import Files
import Foundation

/// A secret of 256 random bits: a session, or a link in a message. The database stores only its SHA-256.
package struct SecretToken: Equatable, Sendable {
    /// The token as 43 characters of base64url.
    package let text: String

    /// Creates a token with the system's random number generator.
    package init() {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0 ..< 4).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
        text = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    /// Parses a token; nil for other text.
    package init?(_ text: String?) {
        guard let text, text.utf8.count == 43, text.utf8.allSatisfy(Self.isByte) else { return nil }
        self.text = text
    }

    /// The SHA-256 that the database stores.
    var digest: Data { Data(Digest(of: text).bytes) }

    private static func isByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a") ... UInt8(ascii: "z"), UInt8(ascii: "A") ... UInt8(ascii: "Z"),
            UInt8(ascii: "0") ... UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// A comparison of secrets.
package enum SameText {
    /// Compares in a time that does not depend on the position of the first difference.
    package static func compare(_ one: String, _ other: String) -> Bool {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        guard one.count == other.count else { return false }
        return zip(one, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
