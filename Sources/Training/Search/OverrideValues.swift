import ConfigurationKeys
import Foundation
import Runs

/// An override with one or several values: `key=a,b,c` or `key=[a, b, c]`.
struct OverrideValues: Equatable {
    let key: String
    /// At least one.
    let values: [String]
    /// Whether the values are alternatives to compare, even if there is only one.
    let isList: Bool

    /// Splits the values at commas; `\,` is a comma within a value. For a key whose value is a list
    /// (`ensemble.weights`), commas separate values only between brackets. The configuration rejects an override
    /// without `=`.
    init(_ override: String) {
        guard let equals = override.firstIndex(of: "=") else {
            (key, values, isList) = (override, [""], false)
            return
        }
        key = override[..<equals].trimmingCharacters(in: .whitespaces)
        var text = override[override.index(after: equals)...].trimmingCharacters(in: .whitespaces)
        let isBracketed = text.hasPrefix("[") && text.hasSuffix("]") && text.count >= 2
        if isBracketed { text = String(text.dropFirst().dropLast()) }
        if ExperimentKeys.table[key]?.form.isList == true, !isBracketed {
            (values, isList) = ([text], false)
        } else {
            values = Self.split(text)
            isList = isBracketed || values.count > 1
        }
    }

    /// Returns the override with one of its values.
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
