import Foundation

/// Numbers as people read them in tables and figures.
enum NumberText {
    /// A fixed number of decimals; an en dash for what is undefined.
    static func fixed(_ value: Double, _ decimals: Int = 3) -> String {
        guard value.isFinite else { return "–" }
        let text = String(format: "%.\(decimals)f", value)
        // A typographic minus, and none at all before a rounded zero.
        guard text.hasPrefix("-") else { return text }
        return text.contains { "123456789".contains($0) } ? "−" + text.dropFirst() : String(text.dropFirst())
    }

    static func fixed(_ value: Double?, _ decimals: Int = 3) -> String {
        fixed(value ?? .nan, decimals)
    }

    /// As a sentence has it: a dash would not be read out.
    static func spoken(_ value: Double?, _ decimals: Int = 3) -> String {
        guard let value, value.isFinite else { return "undefined" }
        return fixed(value, decimals)
    }

    /// With its sign, as differences are written.
    static func signed(_ value: Double, _ decimals: Int = 3) -> String {
        let text = fixed(value, decimals)
        return value > 0 && value.isFinite ? "+" + text : text
    }

    /// Whole numbers with a thin space between thousands.
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
