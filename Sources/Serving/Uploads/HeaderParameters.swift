import Foundation

/// A header value with parameters: `form-data; name="file"; filename="a \"b\".png"`.
///
/// - Source: RFC 9110, section 5.6. Browsers write `"` and line ends in a name as `%22`, `%0D`, `%0A` (WHATWG HTML,
///   multipart/form-data encoding).
struct HeaderParameters: Equatable {
    /// The part before the first semicolon, in lower case.
    let value: String
    /// The parameters by name in lower case.
    let parameters: [String: String]

    /// Parses a value; nil if the syntax is invalid or a parameter occurs twice.
    init?(_ bytes: some Sequence<UInt8>) {
        var rest = Array(bytes)[...]
        func skipBlanks() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }
        func token() -> String? {
            let token = rest.prefix(while: Self.isTokenByte)
            rest = rest[token.endIndex...]
            return token.isEmpty ? nil : String(decoding: token, as: UTF8.self)
        }

        skipBlanks()
        let first = rest.prefix { Self.isTokenByte($0) || $0 == 0x2F }
        guard !first.isEmpty else { return nil }
        rest = rest[first.endIndex...]
        value = String(decoding: first, as: UTF8.self).lowercased()

        var parameters: [String: String] = [:]
        while true {
            skipBlanks()
            if rest.isEmpty { break }
            guard rest.first == 0x3B else { return nil }
            rest = rest.dropFirst()
            skipBlanks()
            // A trailing semicolon is accepted.
            if rest.isEmpty { break }
            guard let name = token()?.lowercased() else { return nil }
            guard rest.first == 0x3D else { return nil }
            rest = rest.dropFirst()
            let text: String?
            if rest.first == 0x22 { text = Self.quotedString(&rest) } else { text = Self.bareValue(&rest) }
            guard let text, parameters.updateValue(text, forKey: name) == nil else { return nil }
        }
        self.parameters = parameters
    }

    /// Removes `"…"` from the start of `rest` and returns its content.
    private static func quotedString(_ rest: inout ArraySlice<UInt8>) -> String? {
        rest = rest.dropFirst()
        var text: [UInt8] = []
        while let byte = rest.first {
            rest = rest.dropFirst()
            switch byte {
            case 0x22: return String(decoding: text, as: UTF8.self)
            // A backslash escapes only quotes and backslashes, because old browsers send whole Windows paths.
            case 0x5C where rest.first == 0x22 || rest.first == 0x5C:
                text.append(rest.first!)
                rest = rest.dropFirst()
            default: text.append(byte)
            }
        }
        return nil
    }

    /// Removes a value without quotes from the start of `rest`.
    ///
    /// Accepts more than a token, because clients send boundaries with `=` and file names with blanks without quotes.
    private static func bareValue(_ rest: inout ArraySlice<UInt8>) -> String? {
        let value = rest.prefix { $0 != 0x3B && $0 != 0x22 }
        rest = rest[value.endIndex...]
        let text = String(decoding: value, as: UTF8.self).trimmingCharacters(in: .whitespaces)
        return text.isEmpty || text.utf8.contains { $0 < 0x20 || $0 == 0x7F } ? nil : text
    }

    /// Returns an extended parameter, such as `UTF-8''%E2%82%AC.png` for the name `filename*`; nil if it is not valid.
    ///
    /// - Source: RFC 8187, section 3.2.
    func extended(_ name: String) -> String? {
        guard let parts = parameters[name + "*"]?.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false),
            parts.count == 3
        else { return nil }
        return parts[0].lowercased() == "utf-8" ? parts[2].removingPercentEncoding : nil
    }

    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a") ... UInt8(ascii: "z"), UInt8(ascii: "A") ... UInt8(ascii: "Z"),
            UInt8(ascii: "0") ... UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
