import Foundation
import Testing

@testable import Accounts

struct SecretTokenTests {
    @Test func `tokens differ, parse their own form and are stored as digests`() throws {
        let tokens = (0 ..< 100).map { _ in SecretToken() }
        #expect(Set(tokens.map(\.text)).count == 100 && tokens.allSatisfy { SecretToken($0.text) == $0 })
        #expect(tokens[0].digest.count == 32 && tokens[0].digest != Data(tokens[0].text.utf8))
        for text in [nil, "", "a", String(repeating: "a", count: 42) + "=", String(repeating: "é", count: 43)] {
            #expect(SecretToken(text) == nil)
        }
    }
}
