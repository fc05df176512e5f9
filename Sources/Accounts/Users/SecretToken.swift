import Files
import Foundation

/// 256 random bits that let in who brings them: a session, a link in a mail. The database has their SHA-256 only.
package struct SecretToken: Equatable, Sendable {
    /// 43 characters of base64url.
    package let text: String

    /// A new one, of the system's generator.
    package init() {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0 ..< 4).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
        text = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    /// Nil for what cannot be one.
    package init?(_ text: String?) {
        guard let text, text.utf8.count == 43, text.utf8.allSatisfy(Self.isByte) else { return nil }
        self.text = text
    }

    /// What is stored.
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

/// Compares what must not be guessed character by character.
package enum SameText {
    /// Takes as long wherever the first difference is.
    package static func compare(_ one: String, _ other: String) -> Bool {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        guard one.count == other.count else { return false }
        return zip(one, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
