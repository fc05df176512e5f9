import Testing

@testable import Accounts

struct AccountMailTests {
    @Test func `durations are written in words`() {
        let words = [1.0, 60, 1799, 3540, 3600, 86_400].map(AccountMail.duration)
        #expect(words == ["a minute", "a minute", "30 minutes", "59 minutes", "an hour", "24 hours"])
    }
}
