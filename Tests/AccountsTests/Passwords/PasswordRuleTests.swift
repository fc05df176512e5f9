import Testing

@testable import APIErrors
@testable import Accounts

struct PasswordRuleTests {
    @Test(arguments: [
        "password", "Password1!", "P@ssw0rd123", "passwordpassword", "qwertyuiop", "1q2w3e4r5t6z", "1234567890",
        "0987654321", "aaaaaaaaaa", "abcabcabcabc", "iloveyou2024", "Heartsense2026", "letmein!!!!", "admin123456",
        "welcome2024!", "jane.doe@example.org", "jane.doe1234", "5555555555", "zaq12wsxcde3", "dragonmonkey77",
        "!!!!!!!!!!!", "2024-01-01-12",
    ]) func `a password that is easy to guess is rejected`(password: String) {
        #expect(throws: APIError.self) { try PasswordRule.check(password, address: "jane.doe@example.org") }
    }

    @Test(arguments: [
        "violet tractor under glass", "Tr0ub4dor&3xyz", "kfj39dk2lq", "correct horse battery staple", "пароль от замка",
        "my password is a long sentence", String(repeating: "ab7#kz", count: 2) + "Q",
    ]) func `other passwords are accepted`(password: String) throws {
        try PasswordRule.check(password, address: "jane.doe@example.org")
    }

    @Test func `a password that is too long for bcrypt is rejected with its length`() throws {
        let long = String(repeating: "violet tractor ", count: 5)
        #expect(
            throws: APIError(
                .passwordTooLong, "The password has 75 bytes. The limit is 72. Please choose a shorter password.")
        ) { try PasswordRule.check(long, address: "a@b.c") }
        try PasswordRule.check(String(repeating: "violet tractor ", count: 4) + "under glass!", address: "a@b.c")
        // 36 letters, 72 bytes. One more is too long.
        let greek = "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώϊϋΐΰς"
        try PasswordRule.check(greek, address: "a@b.c")
        #expect(throws: APIError.self) { try PasswordRule.check(greek + "a", address: "a@b.c") }
        for control in ["violet tractor\r\n", "violet\u{0}tractor"] {
            #expect(throws: APIError.self) { try PasswordRule.check(control, address: "a@b.c") }
        }
    }
}
