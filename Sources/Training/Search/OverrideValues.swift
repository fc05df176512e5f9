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

    /// Splits the values at commas (`OverrideText`). For a key whose value is a list (`ensemble.weights`), commas separate
    /// values only between brackets. The configuration rejects an override without `=`.
    init(_ override: String) {
        guard let equals = override.firstIndex(of: "=") else {
            (key, values, isList) = (override, [""], false)
            return
        }
        key = override[..<equals].trimmingCharacters(in: .whitespaces)
        var text = override[override.index(after: equals)...].trimmingCharacters(in: .whitespaces)
        let isBracketed = text.hasPrefix("[") && text.hasSuffix("]") && text.count >= 2
        if isBracketed { text = String(text.dropFirst().dropLast()) }
        let found = OverrideText.values(of: text)
        if found.count > 1, ExperimentKeys.table[key]?.form.isList == true, !isBracketed {
            (values, isList) = ([text], false)
        } else {
            (values, isList) = (found, isBracketed || found.count > 1)
        }
    }

    /// Returns the override with one of its values.
    func text(_ value: String) -> String { "\(key)=\(value)" }
}
