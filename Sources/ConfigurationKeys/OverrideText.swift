import Foundation

/// The values of an override `key=value` of the command line.
package enum OverrideText {
    /// Splits a text at its commas.
    ///
    /// `\,` is a comma within a value. A value between two quotation marks of one kind is everything between them.
    ///
    /// - Returns: at least one value, without blanks around it.
    package static func values(of text: String) -> [String] {
        var values: [String] = []
        var rest: Substring? = text[...]
        while let text = rest { values.append(quoted(text, rest: &rest) ?? bare(text, rest: &rest)) }
        return values
    }

    /// Returns an override with its value without quotation marks and escapes; unchanged if it has several values.
    package static func single(_ override: String) -> String {
        guard let equals = override.firstIndex(of: "=") else { return override }
        let values = values(of: String(override[override.index(after: equals)...]))
        return values.count == 1 ? override[...equals] + values[0] : override
    }

    /// Reads a quoted value and the comma after it; nil if the text does not begin with one.
    private static func quoted(_ text: Substring, rest: inout Substring?) -> String? {
        let text = text.drop(while: \.isWhitespace)
        guard let mark = text.first, mark == "\"" || mark == "'",
            let end = text.dropFirst().firstIndex(of: mark)
        else { return nil }
        let following = text[text.index(after: end)...].drop(while: \.isWhitespace)
        guard following.isEmpty || following.first == "," else { return nil }
        rest = following.isEmpty ? nil : following.dropFirst()
        return String(text[text.index(after: text.startIndex) ..< end])
    }

    /// Reads a value up to the next comma without a backslash.
    private static func bare(_ text: Substring, rest: inout Substring?) -> String {
        var value = ""
        var position = text.startIndex
        while position < text.endIndex, text[position] != "," {
            let next = text.index(after: position)
            if text[position] == "\\", next < text.endIndex, text[next] == "," {
                value.append(",")
                position = text.index(after: next)
            } else {
                value.append(text[position])
                position = next
            }
        }
        rest = position < text.endIndex ? text[text.index(after: position)...] : nil
        return value.trimmingCharacters(in: .whitespaces)
    }
}
