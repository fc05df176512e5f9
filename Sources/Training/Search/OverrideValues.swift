import ConfigurationKeys
import Foundation

/// An override of the command line with the values that it names: `key=a,b,c`, or `key=[a, b, c]`.
struct OverrideValues: Equatable {
    let key: String
    /// At least one.
    let values: [String]
    /// Whether it is to be read as several values, be there one or many.
    let isList: Bool

    /// Splits at commas; `\,` is a comma in a value. The items of a key that is itself a list (`ensemble.weights`)
    /// are values of their own only between brackets. An override without `=` is left for the configuration to refuse.
    init(_ override: String) {
        guard let equals = override.firstIndex(of: "=") else {
            (key, values, isList) = (override, [""], false)
            return
        }
        key = override[..<equals].trimmingCharacters(in: .whitespaces)
        var text = override[override.index(after: equals)...].trimmingCharacters(in: .whitespaces)
        let isBracketed = text.hasPrefix("[") && text.hasSuffix("]") && text.count >= 2
        if isBracketed { text = String(text.dropFirst().dropLast()) }
        if ConfigurationKey.listValued.contains(key), !isBracketed {
            (values, isList) = ([text], false)
        } else {
            values = Self.split(text)
            isList = isBracketed || values.count > 1
        }
    }

    /// The override with one of its values.
    func text(_ value: String) -> String { "\(key)=\(value)" }

    static func split(_ text: String) -> [String] {
        var values = [""]
        var isEscaped = false
        for character in text {
            switch character {
            case ",":
                if isEscaped {
                    values[values.count - 1].append(",")
                } else {
                    values.append("")
                }
                isEscaped = false
            case "\\" where !isEscaped: isEscaped = true
            default:
                if isEscaped { values[values.count - 1].append("\\") }
                isEscaped = false
                values[values.count - 1].append(character)
            }
        }
        if isEscaped { values[values.count - 1].append("\\") }
        return values.map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
