/// The 10,000 most common passwords of ten and more characters, from `common-passwords.txt`.
enum CommonPasswords {
    /// - Parameter password: In lower case.
    static func contains(_ password: String) -> Bool { all.contains(password) }

    /// The lines of the file without the comments at its start, which begin with `#`.
    static let all = Set(
        String(decoding: PackageResources.common_passwords_txt, as: UTF8.self).split(separator: "\n").lazy
            .filter { !$0.hasPrefix("#") }.map(String.init))
}
