/// The bcrypt operations for one password.
struct PasswordWork: Sendable {
    struct Outcome: Sendable {
        /// The hash with the last setting; nil if libcrypt rejects the setting.
        let hash: String?
        /// Whether the first setting is the hash of the password.
        let isMatch: Bool
    }

    /// The text that bcrypt hashes.
    let phrase: String
    /// The settings to hash with, in order. A match with the first one ends the work.
    let settings: [String]

    /// - Precondition: The phrase has at most `PasswordHash.byteLimit` bytes and no zero byte.
    init(phrase: String, settings: [String]) {
        precondition(
            Self.isPossible(phrase),
            "a phrase for bcrypt has at most \(PasswordHash.byteLimit) bytes and no zero byte")
        (self.phrase, self.settings) = (phrase, settings)
    }

    /// Creates the work for a hash with a new salt; nil if the system cannot create a salt.
    init?(hashing password: String, cost: Int) {
        guard let setting = PasswordHash.newSetting(cost: cost) else { return nil }
        self.init(phrase: PasswordHash.phrase(password), settings: [setting])
    }

    /// Creates the work for comparing a password with a hash. A negative result takes as long as a hash of the configured
    /// cost, also without a hash or with one of another cost.
    init(comparing password: String, with hash: String?, cost: Int) {
        let isEarlier = hash.map { !$0.hasPrefix(PasswordHash.marker) } ?? false
        let phrase = isEarlier ? password : PasswordHash.phrase(password)
        guard Self.isPossible(phrase), let hash, let old = PasswordHash.cost(of: hash) else {
            self.init(phrase: "", settings: [PasswordHash.standIn(cost: cost)])
            return
        }
        // 2^old + 2^old + 2^(old+1) + … + 2^(cost−1) = 2^cost.
        let missing = (min(old, cost) ..< cost).map { PasswordHash.standIn(cost: $0) }
        self.init(phrase: phrase, settings: [PasswordHash.bcrypt(hash)] + missing)
    }

    private static func isPossible(_ phrase: String) -> Bool {
        phrase.utf8.count <= PasswordHash.byteLimit && !phrase.utf8.contains(0)
    }
}
