/// A piece of a gnuplot command with typed interpolation.
///
/// Its fixed parts are literals in this module. Interpolated text becomes a string literal in which all bytes except
/// letters and spaces are octal escapes; numbers become numbers. A label with quotes, backticks, `@macros` or
/// `system("…")` is therefore never parsed by gnuplot.
struct GnuplotCommand: ExpressibleByStringInterpolation, Sendable {
    fileprivate enum Piece: Sendable {
        case source(String)
        /// Any text. `formats` is true where gnuplot treats `%` as a format, as in tic labels.
        case text(String, formats: Bool)
    }

    private var pieces: [Piece]

    init(stringLiteral value: StaticString) { pieces = [.source("\(value)")] }

    init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

    private init(pieces: [Piece]) { self.pieces = pieces }

    /// Joins the pieces with commas, for the items of a `plot` or a list of tics.
    static func list(_ items: [GnuplotCommand]) -> GnuplotCommand {
        GnuplotCommand(pieces: Array(items.map(\.pieces).joined(separator: [.source(", ")])))
    }

    /// Returns the command's text.
    func source(for format: Gnuplot.Format) -> String {
        var source = ""
        for piece in pieces {
            switch piece {
            case .source(let text):
                source += text
            case .text(let text, let formats):
                // No figure has space for more.
                let line = PlainText.oneLine(text, upTo: 120)
                source += GnuplotCommand.literal(format == .png ? FontCoverage.drawable(line) : line, formats: formats)
            }
        }
        return source
    }

    /// Returns a gnuplot string literal for any text.
    private static func literal(_ value: String, formats: Bool) -> String {
        var literal = "\""
        for byte in value.utf8 {
            switch byte {
            // Digits are escaped too, because gnuplot would read one after an escape as a part of it.
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
        fileprivate var pieces: [Piece] = []

        init(literalCapacity: Int, interpolationCount: Int) { pieces.reserveCapacity(2 * interpolationCount + 1) }

        mutating func appendLiteral(_ literal: StaticString) { pieces.append(.source("\(literal)")) }

        /// Inserts text as a string literal.
        mutating func appendInterpolation(_ value: String) { pieces.append(.text(value, formats: false)) }

        /// Inserts text as a string literal where `%` starts a format.
        mutating func appendInterpolation(tic value: String) { pieces.append(.text(value, formats: true)) }

        mutating func appendInterpolation(_ value: Int) { pieces.append(.source(String(value))) }

        /// Inserts a number; NaN and infinities are undefined values.
        mutating func appendInterpolation(_ value: Double) {
            pieces.append(.source(value.isFinite ? "\(value)" : "NaN"))
        }

        mutating func appendInterpolation(_ value: Color) { pieces.append(.source("rgb \"\(value.hexadecimal)\"")) }

        /// Inserts the color's name alone, as required in palettes.
        mutating func appendInterpolation(name value: Color) { pieces.append(.source("\"\(value.hexadecimal)\"")) }

        mutating func appendInterpolation(_ value: GnuplotScript.Block) { pieces.append(.source("$\(value.name)")) }

        mutating func appendInterpolation(_ value: GnuplotCommand) { pieces += value.pieces }
    }
}

/// Cleans labels, file names and titles so that they fit on one line.
enum PlainText {
    /// Replaces line ends, tabs and other control characters by spaces and removes bidirectional controls.
    static func oneLine(_ text: String) -> String {
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0 ..< 0x20, 0x7F ..< 0xA0, 0x2028, 0x2029: clean.append(" ")
            case 0x200E, 0x200F, 0x202A ... 0x202E, 0x2066 ... 0x2069, 0xFEFF, 0xFFFE ... 0xFFFF: break
            default: clean.append(scalar)
            }
        }
        return String(clean)
    }

    /// Returns one line of at most `length` characters, ending in an ellipsis if it is cut.
    static func oneLine(_ text: String, upTo length: Int) -> String {
        let line = oneLine(text)
        return line.count <= length ? line : line.prefix(max(0, length - 1)) + "…"
    }
}
