import Foundation
import Testing

@testable import Accounts

struct PasswordHashTests {
    @Test func `a hash equals that of the reference implementation`() {
        // crypt_blowfish 1.3, wrapper.c, with the current prefix.
        let hash = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
        #expect(matches("U*U", hash))
        #expect(!matches("U*V", hash) && !matches("", hash))
        #expect(PasswordHash.cost(of: hash) == 5 && PasswordHash.cost(of: "v2:" + hash) == 5)
        #expect(PasswordHash.isOutdated(hash, cost: 5) && !PasswordHash.isOutdated("v2:" + hash, cost: 5))
        #expect(PasswordHash.isOutdated("v2:" + hash, cost: 6))
    }

    @Test func `hashes are salted, have the requested cost and 60 characters`() throws {
        let (one, other) = (try make("tractor", cost: 4), try make("tractor", cost: 5))
        #expect(one.hasPrefix("v2:$2b$04$") && one.count == 63 && other.hasPrefix("v2:$2b$05$"))
        #expect(try make("tractor", cost: 4) != one)
        #expect(matches("tractor", one) && matches("tractor", other))
        #expect(!matches("tractor", "*0") && !matches("tractor", "") && !matches("tractor", "v2:"))
    }

    @Test func `every byte of a long passphrase counts`() throws {
        // 54 Cyrillic letters, 108 bytes.
        let phrase = String(repeating: "замокключи", count: 5) + "окно"
        #expect(phrase.utf8.count == 108)
        let hash = try make(phrase)
        #expect(matches(phrase, hash) && !matches(phrase.dropLast() + "а", hash) && !matches(phrase + "а", hash))
        let zero = try make("violet\u{0}tractor")
        #expect(matches("violet\u{0}tractor", zero) && !matches("violet\u{0}truck", zero) && !matches("violet", zero))
    }

    @Test func `composed and decomposed letters are the same password`() throws {
        let (composed, decomposed) = ("caf\u{e9} \u{212b}ngstr\u{f6}m", "cafe\u{301} A\u{30a}ngstro\u{308}m")
        #expect(Array(composed.utf8) != Array(decomposed.utf8))
        #expect(try matches(decomposed, make(composed)) && matches(composed, make(decomposed)))
        #expect(try !matches("cafe Angstrom", make(composed)))
    }

    @Test func `the digest of a password has a fixed form`() {
        // printf 'heartsense password 2\ntractor' | openssl dgst -sha256 -binary | base64
        #expect(PasswordHash.phrase("tractor") == "Dx/MUTSqTMq17/3JiypV/pRFhHjRhWvUnzhR+S6svJ4=")
    }

    private func make(_ password: String, cost: Int = 4) throws -> String {
        let work = try #require(PasswordWork(hashing: password, cost: cost))
        return PasswordHash.marker + (try #require(BcryptMemory.outcome(of: work).hash))
    }

    private func matches(_ password: String, _ hash: String) -> Bool {
        BcryptMemory.outcome(of: PasswordWork(comparing: password, with: hash, cost: 4)).isMatch
    }
}
