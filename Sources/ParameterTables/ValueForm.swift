/// The values that a parameter accepts, written as text.
public indirect enum ValueForm: Equatable, Sendable {
    case text
    /// `true`, `yes` or `on`; `false`, `no` or `off`.
    case flag
    case bounded(Bounds)
    case whole(ClosedRange<Int>)
    /// A whole number of 64 bits without a sign.
    case seed
    /// One of the given words.
    case choice([String])
    /// Items separated by commas.
    case list
    /// A word such as `off` or `auto`, or a value of another form.
    case either(String, ValueForm)

    /// The limits of a number.
    public struct Bounds: Equatable, Sendable {
        let low: Double
        let high: Double
        let includesLow: Bool
        let includesHigh: Bool

        /// Infinity and NaN are outside of all bounds.
        func contains(_ value: Double) -> Bool {
            value.isFinite && (includesLow ? value >= low : value > low)
                && (includesHigh ? value <= high : value < high)
        }

        var description: String {
            let from = (includesLow ? "at least " : "above ") + ValueForm.text(of: low)
            guard high.isFinite else { return from }
            if includesLow && includesHigh { return "from \(ValueForm.text(of: low)) to \(ValueForm.text(of: high))" }
            return from + (includesHigh ? " and at most " : " and below ") + ValueForm.text(of: high)
        }
    }

    /// A number in a range that includes both limits.
    public static func number(_ range: ClosedRange<Double>) -> ValueForm {
        .bounded(Bounds(low: range.lowerBound, high: range.upperBound, includesLow: true, includesHigh: true))
    }

    /// A finite number of at least `low`.
    public static func number(_ range: PartialRangeFrom<Double>) -> ValueForm {
        .bounded(Bounds(low: range.lowerBound, high: .infinity, includesLow: true, includesHigh: false))
    }

    /// A finite number above `low` and below `high`.
    public static func number(above low: Double, below high: Double = .infinity) -> ValueForm {
        .bounded(Bounds(low: low, high: high, includesLow: false, includesHigh: false))
    }

    /// A number above `low` and at most `high`.
    public static func number(above low: Double, through high: Double) -> ValueForm {
        .bounded(Bounds(low: low, high: high, includesLow: false, includesHigh: true))
    }

    /// One of the cases of a type.
    public static func choice<Choice: CaseIterable & RawRepresentable>(of _: Choice.Type) -> ValueForm
    where Choice.RawValue == String {
        .choice(Choice.allCases.map(\.rawValue))
    }

    /// Returns whether a text is a value of this form.
    public func accepts(_ text: String) -> Bool {
        switch self {
        case .text, .list: true
        case .flag: Self.flag(text) != nil
        case .bounded(let bounds): Double(text).map(bounds.contains) ?? false
        case .whole(let range): Int(text).map(range.contains) ?? false
        case .seed: UInt64(text) != nil
        case .choice(let words): words.contains(text)
        // `cache: true` would name a folder.
        case .either("off", .text): Self.flag(text) != true
        case .either(let word, let form): text == word || form.accepts(text)
        }
    }

    /// Returns `off` for the other words that mean it in YAML, if `off` is a value of this form: `false`, `no`, `none`,
    /// `null`, `~` and nothing. Other texts are returned unchanged.
    public func canonical(_ text: String) -> String {
        guard case .either("off", _) = self else { return text }
        return ["", "~", "false", "no", "none", "null", "off"].contains(text.lowercased()) ? "off" : text
    }

    /// Describes the accepted values, to follow “must be”.
    public var expected: String {
        switch self {
        case .text: return "a text"
        case .flag: return "true or false"
        case .bounded(let bounds):
            return "a number " + (bounds.description.hasPrefix("at least") ? "of " : "") + bounds.description
        case .whole(let range):
            return range.upperBound == .max
                ? "a whole number of at least \(range.lowerBound)"
                : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .seed: return "a whole number from 0 to \(UInt64.max)"
        case .choice(let words):
            return words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " or " + words.last!
        case .list: return "a list separated by commas"
        case .either(let word, .either(let other, let form)): return "\(word), \(other) or \(form.expected)"
        case .either(let word, let form): return "\(word) or \(form.expected)"
        }
    }

    /// Whether the numbers of this form are whole.
    public var isWhole: Bool {
        switch self {
        case .whole, .seed: true
        case .either(_, let form): form.isWhole
        case .text, .flag, .bounded, .choice, .list: false
        }
    }

    /// Whether a comma separates the items of one value.
    public var isList: Bool {
        switch self {
        case .list: true
        case .either(_, let form): form.isList
        case .text, .flag, .bounded, .whole, .seed, .choice: false
        }
    }

    /// Returns the Boolean value of a text; nil if it has none.
    public static func flag(_ text: String) -> Bool? {
        switch text {
        case "true", "yes", "on": true
        case "false", "no", "off": false
        default: nil
        }
    }

    /// Returns a number without a trailing “.0”: 5, not 5.0.
    static func text(of number: Double) -> String {
        let text = number.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
