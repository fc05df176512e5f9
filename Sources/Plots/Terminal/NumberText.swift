import Foundation

/// Formats numbers for tables and figures.
enum NumberText {
    /// Returns a number with fixed decimals; an en dash for undefined values.
    static func fixed(_ value: Double, _ decimals: Int = 3) -> String {
        guard value.isFinite else { return "–" }
        let text = String(format: "%.\(decimals)f", value)
        // A typographic minus, but none before a rounded zero.
        guard text.hasPrefix("-") else { return text }
        return text.contains { "123456789".contains($0) } ? "−" + text.dropFirst() : String(text.dropFirst())
    }

    static func fixed(_ value: Double?, _ decimals: Int = 3) -> String {
        fixed(value ?? .nan, decimals)
    }

    /// Returns a number for sentences, with a word for undefined values, because screen readers skip a dash.
    static func spoken(_ value: Double?, _ decimals: Int = 3) -> String {
        guard let value, value.isFinite else { return "undefined" }
        return fixed(value, decimals)
    }

    /// Returns a number with its sign, for differences.
    static func signed(_ value: Double, _ decimals: Int = 3) -> String {
        let text = fixed(value, decimals)
        return value > 0 && value.isFinite ? "+" + text : text
    }

    /// Returns a whole number with a thin space between thousands.
    static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index).isMultiple(of: 3) { grouped.append("\u{2009}") }
            grouped.append(digit)
        }
        return value < 0 ? "−" + grouped : grouped
    }
}
