import Foundation
import Testing

@testable import Accounts

struct PasswordHashTests {
    @Test func `a hash equals that of the reference implementation`() {
        // crypt_blowfish 1.3, wrapper.c, with the current prefix.
        let hash = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
        #expect(PasswordHash.matches("U*U", hash))
        #expect(!PasswordHash.matches("U*V", hash) && !PasswordHash.matches("", hash))
        #expect(PasswordHash.cost(of: hash) == 5)
    }

    @Test func `hashes are salted, have the requested cost and 60 characters`() throws {
        let one = try #require(PasswordHash.make("tractor", cost: 4))
        let other = try #require(PasswordHash.make("tractor", cost: 5))
        #expect(one.hasPrefix("$2b$04$") && one.count == 60 && other.hasPrefix("$2b$05$"))
        #expect(PasswordHash.make("tractor", cost: 4) != one)
        #expect(PasswordHash.matches("tractor", one) && PasswordHash.matches("tractor", other))
        #expect(!PasswordHash.matches("tractor", "*0") && !PasswordHash.matches("tractor", ""))
        let long = String(repeating: "é", count: 36)
        #expect(PasswordHash.matches(long, try #require(PasswordHash.make(long, cost: 4))))
    }
}
