/// A piece of gnuplot's language that only source code can write.
///
/// Its fixed parts are literals in this module; whatever is interpolated arrives by type: text becomes a string
/// literal in which every byte but letters and spaces is an octal escape, numbers become numbers. A label
/// can hold quotes, backticks, `@macros` or `system("…")`: none of it ever reaches gnuplot's parser.
struct GnuplotCommand: ExpressibleByStringInterpolation, Sendable {
    private(set) var text: String

    init(stringLiteral value: StaticString) { text = "\(value)" }

    init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    private init(joining text: String) { self.text = text }

    /// The pieces in order with commas between: the items of one `plot` or of a list of tics.
    static func list(_ pieces: [GnuplotCommand]) -> GnuplotCommand {
        GnuplotCommand(joining: pieces.map(\.text).joined(separator: ", "))
    }

    /// A string literal of gnuplot's for any text.
    ///
    /// Text of thousands of characters is cut: cairo's coordinates overflow on it, which fills the picture with
    /// glyphs as large as the page.
    ///
    /// - Parameter formats: whether gnuplot will take `%` for a format there, as it does in tic labels.
    fileprivate static func literal(_ value: String, formats: Bool) -> String {
        var literal = "\""
        for byte in PlainText.oneLine(value, upTo: 120).utf8 {
            switch byte {
            // A digit is escaped too: gnuplot would read one after an escape as a part of it.
            case UInt8(ascii: "a") ... UInt8(ascii: "z"), UInt8(ascii: "A") ... UInt8(ascii: "Z"), UInt8(ascii: " "):
                literal.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let octal = String(byte, radix: 8)
                let escape = "\\" + String(repeating: "0", count: 3 - octal.count) + octal
                literal += formats && byte == UInt8(ascii: "%") ? escape + escape : escape
            }
        }
        return literal + "\""
    }
}

extension GnuplotCommand {
    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }

        mutating func appendLiteral(_ literal: StaticString) { text += "\(literal)" }

        /// Any text, as a string literal.
        mutating func appendInterpolation(_ value: String) {
            text += GnuplotCommand.literal(value, formats: false)
        }

        /// Any text, as a string literal for a place where `%` starts a format.
        mutating func appendInterpolation(tic value: String) {
            text += GnuplotCommand.literal(value, formats: true)
        }

        mutating func appendInterpolation(_ value: Int) { text += String(value) }

        /// A number; NaN and infinities are undefined values.
        mutating func appendInterpolation(_ value: Double) { text += value.isFinite ? "\(value)" : "NaN" }

        mutating func appendInterpolation(_ value: Colour) { text += "rgb \"\(value.hexadecimal)\"" }

        /// The colour's bare name, which palettes want.
        mutating func appendInterpolation(name value: Colour) { text += "\"\(value.hexadecimal)\"" }

        mutating func appendInterpolation(_ value: GnuplotScript.Block) { text += "$\(value.name)" }

        mutating func appendInterpolation(_ value: GnuplotCommand) { text += value.text }
    }
}
