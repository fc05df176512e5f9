import Foundation
import Testing

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

    @Test func `a wrong password takes as long as none whatever the cost was once`() async throws {
        let hasher = PasswordHasher(cost: 10, threads: 1)
        defer { hasher.stop() }
        let old = try #require(PasswordHash.make("right one", cost: 8))
        #expect(try await hasher.matches("right one", old))
        // Interleaved, and the least of several: whatever else the machine does adds time and never takes any away.
        var least = [String: Double]()
        for _ in 0 ..< 5 {
            for (name, hash) in [("none", nil), ("old", old), ("new", PasswordHash.make("right one", cost: 10))] {
                let start = ContinuousClock.now
                #expect(try await !hasher.matches("wrong one", hash))
                let seconds = (ContinuousClock.now - start) / .seconds(1)
                least[name] = min(least[name] ?? .infinity, seconds)
            }
        }
        let times = least.values.sorted()
        #expect(times[2] / times[0] < 1.3, "\(least)")
    }

    @Test func `more passwords than may wait are refused at once, and none that waits is forgotten`() async throws {
        let hasher = PasswordHasher(cost: 8, threads: 1, capacity: 4)
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0 ..< 40 { group.addTask { (try? await hasher.hash("tractor")) != nil } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count == 40 && outcomes.contains(true) && outcomes.contains(false))
        hasher.stop()
        await #expect(throws: Refusal.shuttingDown) { try await hasher.hash("tractor") }
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
        #expect(throws: Refusal(
            .passwordTooLong, "The password has 75 bytes; at most 72 are used. Take a shorter one.")
        ) { try PasswordRule.check(long, address: "a@b.c") }
        try PasswordRule.check(String(long.prefix(72)), address: "a@b.c")
        // 36 letters, 72 bytes; one more is one too many.
        let greek = "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώϊϋΐΰς"
        try PasswordRule.check(greek, address: "a@b.c")
        #expect(throws: Refusal.self) { try PasswordRule.check(greek + "a", address: "a@b.c") }
        for control in ["violet tractor\r\n", "violet\u{0}tractor"] {
            #expect(throws: Refusal.self) { try PasswordRule.check(control, address: "a@b.c") }
        }
    }
}
