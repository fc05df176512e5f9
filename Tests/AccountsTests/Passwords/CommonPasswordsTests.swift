import Testing

@testable import Accounts

struct CommonPasswordsTests {
    @Test func `the list has ten thousand passwords of ten and more characters in lower case`() {
        #expect(CommonPasswords.all.count == 10_000)
        #expect(CommonPasswords.all.allSatisfy { $0.count >= 10 && $0 == $0.lowercased() })
        for password in ["1234567890", "qwertyuiop", "manchester", "password123", "strawberry", "1q2w3e4r5t"] {
            #expect(CommonPasswords.contains(password), "\(password)")
        }
        #expect(!CommonPasswords.contains("violet tractor under glass") && !CommonPasswords.contains(""))
    }
}
