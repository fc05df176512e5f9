import Foundation
import Testing

@testable import APIErrors
@testable import Serving

struct PasswordTests {
    @Test func `a hash is that of the published bcrypt`() {
        // crypt_blowfish 1.3, wrapper.c, with the prefix of today.
        let hash = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
        #expect(PasswordHash.matches("U*U", hash))
        #expect(!PasswordHash.matches("U*V", hash) && !PasswordHash.matches("", hash))
        #expect(PasswordHash.cost(of: hash) == 5)
    }

    @Test func `hashes are salted, of the cost that was asked for, and 60 characters long`() throws {
        let one = try #require(PasswordHash.make("tractor", cost: 4))
        let other = try #require(PasswordHash.make("tractor", cost: 5))
        #expect(one.hasPrefix("$2b$04$") && one.count == 60 && other.hasPrefix("$2b$05$"))
        #expect(PasswordHash.make("tractor", cost: 4) != one)
        #expect(PasswordHash.matches("tractor", one) && PasswordHash.matches("tractor", other))
        #expect(!PasswordHash.matches("tractor", "*0") && !PasswordHash.matches("tractor", ""))
        let long = String(repeating: "é", count: 36)
        #expect(PasswordHash.matches(long, try #require(PasswordHash.make(long, cost: 4))))
    }

    @Test func `a wrong password takes as much work as none whatever the cost was once`() async throws {
        let hasher = PasswordHasher(cost: 10, threads: 1)
        defer { hasher.stop() }
        let old = try #require(PasswordHash.make("right one", cost: 8))
        let new = try #require(PasswordHash.make("right one", cost: 10))
        for hash in [old, new] {
            #expect(try await hasher.matches("right one", hash))
            #expect(try await !hasher.matches("wrong one", hash))
        }
        #expect(try await !hasher.matches("wrong one", nil))
        // This thread's time alone; of several the least, for others' use of the caches adds to it.
        var least = [Double](repeating: .infinity, count: 3)
        for _ in 0 ..< 5 {
            for (index, hash) in [nil, old, new].enumerated() {
                let start = threadSeconds()
                let work = PasswordWork(comparing: "wrong one", with: hash, cost: 10)
                #expect(!BcryptRoom.outcome(of: work).isMatch)
                least[index] = min(least[index], threadSeconds() - start)
            }
        }
        // The work without what tells apart old from none would be a quarter.
        #expect(least.max() ?? 0 < 1.5 * (least.min() ?? 0), "\(least)")
    }

    private func threadSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Test(arguments: [
        "password", "Password1!", "P@ssw0rd123", "passwordpassword", "qwertyuiop", "1q2w3e4r5t6z", "1234567890",
        "0987654321", "aaaaaaaaaa", "abcabcabcabc", "iloveyou2024", "Heartsense2026", "letmein!!!!", "admin123456",
        "welcome2024!", "jane.doe@example.org", "jane.doe1234", "5555555555", "zaq12wsxcde3", "dragonmonkey77",
        "!!!!!!!!!!!", "2024-01-01-12",
    ]) func `what is guessed first is refused`(password: String) {
        #expect(throws: Refusal.self) { try PasswordRule.check(password, address: "jane.doe@example.org") }
    }

    @Test(arguments: [
        "violet tractor under glass", "Tr0ub4dor&3xyz", "kfj39dk2lq", "correct horse battery staple", "пароль от замка",
        "my password is a long sentence", String(repeating: "ab7#kz", count: 2) + "Q",
    ]) func `what is not is accepted`(password: String) throws {
        try PasswordRule.check(password, address: "jane.doe@example.org")
    }

    @Test func `a password that bcrypt would cut is refused with its length`() throws {
        let long = String(repeating: "violet tractor ", count: 5)
        #expect(
            throws: Refusal(
                .passwordTooLong, "The password has 75 bytes; at most 72 are used. Take a shorter one.")
        ) { try PasswordRule.check(long, address: "a@b.c") }
        try PasswordRule.check(String(repeating: "violet tractor ", count: 4) + "under glass!", address: "a@b.c")
        // 36 letters, 72 bytes; one more is one too many.
        let greek = "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώϊϋΐΰς"
        try PasswordRule.check(greek, address: "a@b.c")
        #expect(throws: Refusal.self) { try PasswordRule.check(greek + "a", address: "a@b.c") }
        for control in ["violet tractor\r\n", "violet\u{0}tractor"] {
            #expect(throws: Refusal.self) { try PasswordRule.check(control, address: "a@b.c") }
        }
    }
}
