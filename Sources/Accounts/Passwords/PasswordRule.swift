import APIErrors
import Foundation

/// The rule for new passwords: long enough, and not easy to guess.
///
/// There is no rule about capitals and digits, which lead to passwords such as `Password1!`. Digits, signs and look-alike
/// characters around a common word are removed before the word is looked up. Nothing depends on the locale.
///
/// - Source: NIST SP 800-63B, section 5.1.1.2.
package enum PasswordRule {
    package static let characters = 10
    /// The limit of the length, so that a request cannot cause much work.
    package static let byteLimit = 512

    /// - Parameter address: The address of the account, which the password must not consist of.
    /// - Throws: `APIError` with `passwordTooLong`, `weakPassword` or `invalidField`.
    package static func check(_ password: String, address: String) throws {
        guard password.utf8.count <= byteLimit else {
            throw APIError(
                .passwordTooLong,
                "The password has \(password.utf8.count) bytes. The limit is \(byteLimit). Please choose a shorter password."
            )
        }
        guard !password.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw APIError(.invalidField, "The password must not contain line breaks or other control characters.")
        }
        guard password.count >= characters else {
            throw APIError(
                .weakPassword,
                "The password must have at least \(characters) characters. Please choose a longer password.")
        }
        guard !isCommon(password, address: address) else {
            throw APIError(
                .weakPassword,
                "This password is too easy to guess: it is a common word, a keyboard pattern, a repetition or the address. "
                    + "Please use several unrelated words.")
        }
    }

    private static func isCommon(_ password: String, address: String) -> Bool {
        let lower = folded(password)
        if CommonPasswords.contains(lower) || CommonPasswords.contains(password.lowercased()) { return true }
        if Set(lower).count < 5 || isRepetition(lower) || isRow(lower) { return true }
        let local = address.lowercased().prefix { $0 != "@" }
        for candidate in [stem(lower), stem(plain(lower)), plain(stem(lower))] {
            // A few letters alone are not a disguised word: the rest may be hard to guess.
            if candidate.isEmpty || CommonPasswords.contains(candidate) { return true }
            if isWords(Array(candidate)) || isRow(candidate) && candidate.count * 2 > lower.count { return true }
            if candidate == address.lowercased() { return true }
            if local.count >= 3, candidate == stem(String(local)) { return true }
        }
        return false
    }

    /// Returns the text in lower case, with plain letters instead of accented, full-width and dotless ones, so that
    /// `ＰＡＳＳＷÖＲＤ` is compared as `password`.
    private static func folded(_ text: String) -> String {
        let scalars = text.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars.filter {
            $0.properties.generalCategory != .nonspacingMark
        }
        return String(String.UnicodeScalarView(scalars)).replacing("ı", with: "i").replacing("ß", with: "ss")
    }

    /// Returns the text without the digits and signs around it.
    private static func stem(_ text: String) -> String {
        let inner = text.drop { !$0.isLetter }
        return String(inner.reversed().drop { !$0.isLetter }.reversed())
    }

    /// Replaces look-alike characters with letters.
    private static func plain(_ text: String) -> String {
        let looks: [Character: Character] = [
            "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "!": "i",
            "|": "l",
        ]
        return String(text.map { looks[$0] ?? $0 })
    }

    /// Whether the text repeats one part, which is at most half as long: `abcabcabc`.
    private static func isRepetition(_ text: String) -> Bool {
        let characters = Array(text)
        return (1 ... max(1, characters.count / 2)).contains { period in
            characters.indices.dropFirst(period).allSatisfy { characters[$0] == characters[$0 - period] }
        } && characters.count > 1
    }

    /// Whether most adjacent characters are also adjacent on a keyboard or in the alphabet, in either direction.
    private static func isRow(_ text: String) -> Bool {
        let pairs = zip(text, text.dropFirst())
        let near = pairs.count { one, other in
            rows.contains { $0.contains("\(one)\(other)") || $0.contains("\(other)\(one)") } || one == other
        }
        return text.count > 3 && near * 4 >= (text.count - 1) * 3
    }

    private static let rows = [
        "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm",
        "azertyuiop", "qsdfghjklm", "wxcvbn", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "zaq1xsw2cde3vfr4bgt5nhy6mju7",
        "q1w2e3r4t5y6u7i8o9p0", "1q2w3e4r5t6z7u8i9o0p",
    ]

    /// Whether the text is a sequence of common words, with digits and signs between them.
    private static func isWords(_ text: [Character]) -> Bool {
        // Whether the text before an index is such a sequence.
        var isReached = [Bool](repeating: false, count: text.count + 1)
        isReached[0] = true
        for start in text.indices where isReached[start] && text.count - start >= 2 {
            for word in words where text[start...].starts(with: word) {
                var end = start + word.count
                while end < text.count, !text[end].isLetter { end += 1 }
                isReached[end] = true
            }
        }
        return isReached[text.count]
    }

    /// Words that are frequent in lists of leaked passwords, and words of this site.
    private static let words = Set(
        """
        password passwort passw pass word passe motdepasse contrasena senha parola secret geheim kennwort qwerty
        qwertz azerty asdf asdfgh zxcvbn qazwsx qweasd abc abcd abcdef letmein let me in welcome willkommen
        bienvenue hello hallo bonjour hola admin administrator root user username login logon test tester testing
        demo guest master default changeme change access system server computer internet iloveyou ilove love loveyou
        you lovely i my monkey dragon football baseball basketball soccer hockey superman batman spiderman pokemon
        naruto starwars matrix shadow sunshine princess flower butterfly cookie chocolate banana cheese pepper
        summer winter spring autumn january february march april june july august september october november
        december monday friday sunday freedom whatever trustno trust michael jordan jessica jennifer michelle daniel
        thomas andrew joshua ashley charlie robert hunter ranger killer fuckyou fuck asshole sex sexy hottie angel
        angels jesus christ god heaven liverpool arsenal chelsea barcelona ferrari mercedes porsche harley yamaha
        mustang corvette maverick phoenix tiger lion eagle bear horse snoopy ginger buster maggie google facebook
        amazon apple samsung microsoft windows linux android heart heartsense sense ecg ekg cardio cardiology
        cardiologist doctor nurse clinic hospital patient medical medicine health the and number one two three new
        old qwe asd zxc family mother father baby lucky happy money power star magic silver golden orange purple
        black white blue red green london paris berlin newyork america germany england
        """.split { $0 == " " || $0 == "\n" }.map(Array.init))
}
