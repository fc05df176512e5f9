import CCrypt
import Foundation

/// bcrypt hashes as libcrypt writes them: `$2b$`, the cost, the salt and the hash in 60 characters.
///
/// - Source: Provos & Mazières, A Future-Adaptable Password Scheme, USENIX 1999.
package enum PasswordHash {
    /// The number of bytes of a password that bcrypt uses. It ignores further bytes.
    package static let byteLimit = 72

    /// Returns a hash with a new salt; nil if the system cannot create one.
    ///
    /// - Precondition: The password has at most `byteLimit` bytes and no zero byte. The cost is 4…31.
    static func make(_ password: String, cost: Int) -> String? {
        PasswordWork(hashing: password, cost: cost).flatMap { BcryptMemory.outcome(of: $0).hash }
    }

    /// Whether the password has this hash. The time does not depend on the result.
    static func matches(_ password: String, _ hash: String) -> Bool {
        BcryptMemory.outcome(of: PasswordWork(password: password, settings: [hash])).isMatch
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

    /// Returns the cost of a hash; nil for other text.
    package static func cost(of hash: String) -> Int? {
        let parts = hash.split(separator: "$")
        guard parts.count == 3, parts[0] == "2b" else { return nil }
        return Int(parts[1])
    }
}
