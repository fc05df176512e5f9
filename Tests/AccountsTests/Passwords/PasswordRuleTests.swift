import Testing

@testable import APIErrors
@testable import Accounts

struct PasswordRuleTests {
    @Test(arguments: [
        "password", "Password1!", "P@ssw0rd123", "passwordpassword", "qwertyuiop", "1q2w3e4r5t6z", "1234567890",
        "0987654321", "aaaaaaaaaa", "abcabcabcabc", "iloveyou2024", "Heartsense2026", "letmein!!!!", "admin123456",
        "welcome2024!", "jane.doe@example.org", "jane.doe1234", "5555555555", "zaq12wsxcde3", "dragonmonkey77",
        "!!!!!!!!!!!", "2024-01-01-12",
        // In the list of common passwords.
        "manchester", "Christopher", "strawberry", "terminator12", "!Basketball!", "michelle123", "abracadabra",
        // Accents, full-width letters and other languages' lower case of I.
        "Pässwörd1234", "ＰＡＳＳＷＯＲＤ１２３４", "ADM\u{130}N\u{130}STRATOR", "adm\u{131}n\u{131}strator",
        // Many ways to divide it into words.
        String(repeating: "iloveyou", count: 40) + "1",
    ]) func `a password that is easy to guess is rejected`(password: String) {
        #expect(throws: APIError.self) { try PasswordRule.check(password, address: "jane.doe@example.org") }
    }

    @Test(arguments: [
        "violet tractor under glass", "Tr0ub4dor&3xyz", "kfj39dk2lq", "correct horse battery staple", "пароль от замка",
        "my password is a long sentence", String(repeating: "ab7#kz", count: 2) + "Q",
    ]) func `other passwords are accepted`(password: String) throws {
        try PasswordRule.check(password, address: "jane.doe@example.org")
    }

    @Test func `a password of more than 512 bytes is rejected with its length`() throws {
        let greek = "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώϊϋΐΰς"
        #expect(greek.utf8.count == 72)
        try PasswordRule.check(greek + "κλμνξοπρστυφχψωάέή", address: "a@b.c")
        let long = String(repeating: greek, count: 7)
        try PasswordRule.check(long + "violet b", address: "a@b.c")
        #expect(
            throws: APIError(
                .passwordTooLong, "The password has 513 bytes. The limit is 512. Please choose a shorter password.")
        ) { try PasswordRule.check(long + "violet bc", address: "a@b.c") }
        for control in ["violet tractor\r\n", "violet\u{0}tractor"] {
            #expect(throws: APIError.self) { try PasswordRule.check(control, address: "a@b.c") }
        }
    }
}
