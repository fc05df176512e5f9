import CCrypt
import Files
import Foundation

/// Hashes of passwords: `marker`, and the bcrypt hash of the digest of the password, as libcrypt writes it: `$2b$`, the
/// cost, the salt and the hash in 60 characters.
///
/// bcrypt ignores all bytes after the 72nd, and ends at a zero byte. Therefore it hashes a digest as Base64. The digest is
/// the SHA-256 of a constant and the password in Unicode's normalization form C. With the constant, leaked SHA-256 digests
/// of other sites cannot be tried. Hashes without the marker are of earlier versions: bcrypt of the password itself.
///
/// - Source: Provos & Mazières, A Future-Adaptable Password Scheme, USENIX 1999. NIST SP 800-63B, section 5.1.1.2.
package enum PasswordHash {
    /// The version of the scheme.
    static let marker = "v2:"
    /// The number of bytes that bcrypt uses.
    static let byteLimit = 72

    /// Returns the text that bcrypt hashes, in 44 characters.
    static func phrase(_ password: String) -> String {
        let digest = Digest(of: "heartsense password 2\n" + password.precomposedStringWithCanonicalMapping)
        return Data(digest.bytes).base64EncodedString()
    }

    /// Whether a hash has an older scheme or a lower cost, so that it is replaced at the next login.
    package static func isOutdated(_ hash: String, cost: Int) -> Bool {
        !hash.hasPrefix(marker) || Self.cost(of: hash) ?? 0 < cost
    }

    /// Returns a setting with a new salt; nil if the system cannot create one.
    static func newSetting(cost: Int) -> String? {
        precondition((4 ... 31).contains(cost), "the cost of bcrypt must be in 4…31")
        var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        guard crypt_gensalt_rn("$2b$", UInt(cost), nil, 0, &setting, Int32(setting.count)) != nil else { return nil }
        return String(decoding: setting.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    }

    /// Returns a setting without a known password. Hashing with it only takes the time of this cost.
    static func standIn(cost: Int) -> String {
        "$2b$" + (cost < 10 ? "0" : "") + "\(cost)$" + "abcdefghijklmnopqrstuu" + String(repeating: ".", count: 31)
    }

    /// Returns the part of a hash that libcrypt has written.
    static func bcrypt(_ hash: String) -> String {
        hash.hasPrefix(marker) ? String(hash.dropFirst(marker.count)) : hash
    }

    /// Returns the cost of a hash; nil for other text.
    package static func cost(of hash: String) -> Int? {
        let parts = bcrypt(hash).split(separator: "$")
        guard parts.count == 3, parts[0] == "2b" else { return nil }
        return Int(parts[1])
    }
}
