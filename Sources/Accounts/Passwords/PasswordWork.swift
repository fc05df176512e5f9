/// What bcrypt is to do for one password.
struct PasswordWork: Sendable {
    struct Outcome: Sendable {
        /// Of the last setting; nil where libcrypt refuses it.
        let hash: String?
        /// Whether the first setting is the password's hash.
        let isMatch: Bool
    }

    let password: String
    /// Hashed under in turn; if the first gives itself back, that is all.
    let settings: [String]

    /// - Precondition: the password fits and has no zero byte.
    init(password: String, settings: [String]) {
        precondition(
            password.utf8.count <= PasswordHash.byteLimit && !password.utf8.contains(0), "no password for bcrypt")
        (self.password, self.settings) = (password, settings)
    }

    /// A hash under a new salt; nil where the system has none.
    init?(hashing password: String, cost: Int) {
        guard let setting = PasswordHash.newSetting(cost: cost) else { return nil }
        self.init(password: password, settings: [setting])
    }

    /// Whether the password made the hash. No takes as long as a hash of today's cost, whether there is a hash, whatever
    /// its cost, or none.
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
