import CCrypt
import Foundation

/// bcrypt, as libcrypt has it: `$2b$`, the cost, the salt and the hash in 60 characters.
///
/// - Source: Provos & Mazières, A Future-Adaptable Password Scheme, USENIX 1999.
package enum PasswordHash {
    /// What bcrypt reads of a password; it would pass over the rest in silence.
    package static let byteLimit = 72

    /// A hash under a new salt; nil where the system refuses.
    ///
    /// - Precondition: the password fits and has no zero byte, the cost is 4 to 31.
    static func make(_ password: String, cost: Int) -> String? {
        PasswordWork(hashing: password, cost: cost).flatMap { BcryptRoom.outcome(of: $0).hash }
    }

    /// Whether the password made the hash; takes as long whatever the answer is.
    static func matches(_ password: String, _ hash: String) -> Bool {
        BcryptRoom.outcome(of: PasswordWork(password: password, settings: [hash])).isMatch
    }

    /// A new salt, as a setting; nil where the system refuses.
    static func newSetting(cost: Int) -> String? {
        precondition((4 ... 31).contains(cost), "bcrypt's cost is 4 to 31")
        var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        guard crypt_gensalt_rn("$2b$", UInt(cost), nil, 0, &setting, Int32(setting.count)) != nil else { return nil }
        return String(decoding: setting.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    }

    /// A setting that no password is known for: work of this cost, for nothing.
    static func standIn(cost: Int) -> String {
        "$2b$" + (cost < 10 ? "0" : "") + "\(cost)$" + "abcdefghijklmnopqrstuu" + String(repeating: ".", count: 31)
    }

    /// Nil for what is no hash of ours.
    package static func cost(of hash: String) -> Int? {
        let parts = hash.split(separator: "$")
        guard parts.count == 3, parts[0] == "2b" else { return nil }
        return Int(parts[1])
    }
}
