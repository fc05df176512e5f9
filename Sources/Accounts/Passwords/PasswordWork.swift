/// The bcrypt operations for one password.
struct PasswordWork: Sendable {
    struct Outcome: Sendable {
        /// The hash with the last setting; nil if libcrypt rejects the setting.
        let hash: String?
        /// Whether the first setting is the hash of the password.
        let isMatch: Bool
    }

    let password: String
    /// The settings to hash with, in order. A match with the first one ends the work.
    let settings: [String]

    /// - Precondition: The password has at most `PasswordHash.byteLimit` bytes and no zero byte.
    init(password: String, settings: [String]) {
        precondition(
            password.utf8.count <= PasswordHash.byteLimit && !password.utf8.contains(0),
            "a password for bcrypt has at most \(PasswordHash.byteLimit) bytes and no zero byte")
        (self.password, self.settings) = (password, settings)
    }

    /// Creates the work for a hash with a new salt; nil if the system cannot create a salt.
    init?(hashing password: String, cost: Int) {
        guard let setting = PasswordHash.newSetting(cost: cost) else { return nil }
        self.init(password: password, settings: [setting])
    }

    /// Creates the work for comparing a password with a hash. A negative result takes as long as a hash of the configured
    /// cost, also without a hash or with one of another cost.
    init(comparing password: String, with hash: String?, cost: Int) {
        let isPossible = password.utf8.count <= PasswordHash.byteLimit && !password.utf8.contains(0)
        guard isPossible, let hash, let old = PasswordHash.cost(of: hash) else {
            self.init(password: isPossible ? password : "", settings: [PasswordHash.standIn(cost: cost)])
            return
        }
        // 2^old + 2^old + 2^(old+1) + … + 2^(cost−1) = 2^cost.
        let missing = (min(old, cost) ..< cost).map { PasswordHash.standIn(cost: $0) }
        self.init(password: password, settings: [hash] + missing)
    }
}
