/// A piece of gnuplot's language that only source code can write.
///
/// Its fixed parts are literals in this module; whatever is interpolated arrives by type: text becomes a string
/// literal in which every byte but letters and spaces is an octal escape, numbers become numbers. A label can hold
/// quotes, backticks, `@macros` or `system("…")`: none of it ever reaches gnuplot's parser.
struct GnuplotCommand: ExpressibleByStringInterpolation, Sendable {
    fileprivate enum Piece: Sendable {
        case source(String)
        /// Any text; `formats` where gnuplot takes `%` for a format, as it does in tic labels.
        case text(String, formats: Bool)
    }

    private var pieces: [Piece]

    init(stringLiteral value: StaticString) { pieces = [.source("\(value)")] }

    init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

    private init(pieces: [Piece]) { self.pieces = pieces }

    /// The pieces in order with commas between: the items of one `plot` or of a list of tics.
    static func list(_ items: [GnuplotCommand]) -> GnuplotCommand {
        GnuplotCommand(pieces: Array(items.map(\.pieces).joined(separator: [.source(", ")])))
    }

    /// The command as gnuplot reads it.
    func source(for format: Gnuplot.Format) -> String {
        var source = ""
        for piece in pieces {
            switch piece {
            case .source(let text):
                source += text
            case .text(let text, let formats):
                // No figure has room for more.
                let line = PlainText.oneLine(text, upTo: 120)
                source += GnuplotCommand.literal(format == .png ? FontCoverage.drawable(line) : line, formats: formats)
            }
        }
        return source
    }

    /// A string literal of gnuplot's for any text.
    private static func literal(_ value: String, formats: Bool) -> String {
        var literal = "\""
        for byte in value.utf8 {
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
        fileprivate var pieces: [Piece] = []

        init(literalCapacity: Int, interpolationCount: Int) { pieces.reserveCapacity(2 * interpolationCount + 1) }

        mutating func appendLiteral(_ literal: StaticString) { pieces.append(.source("\(literal)")) }

        /// Any text, as a string literal.
        mutating func appendInterpolation(_ value: String) { pieces.append(.text(value, formats: false)) }

        /// Any text, as a string literal for a place where `%` starts a format.
        mutating func appendInterpolation(tic value: String) { pieces.append(.text(value, formats: true)) }

        mutating func appendInterpolation(_ value: Int) { pieces.append(.source(String(value))) }

        /// A number; NaN and infinities are undefined values.
        mutating func appendInterpolation(_ value: Double) {
            pieces.append(.source(value.isFinite ? "\(value)" : "NaN"))
        }

        mutating func appendInterpolation(_ value: Colour) { pieces.append(.source("rgb \"\(value.hexadecimal)\"")) }

        /// The colour's bare name, which palettes want.
        mutating func appendInterpolation(name value: Colour) { pieces.append(.source("\"\(value.hexadecimal)\"")) }

        mutating func appendInterpolation(_ value: GnuplotScript.Block) { pieces.append(.source("$\(value.name)")) }

        mutating func appendInterpolation(_ value: GnuplotCommand) { pieces += value.pieces }
    }
}

/// Text from outside (labels, file names, titles) made fit to be shown on one line.
enum PlainText {
    /// `text` without what could move the cursor or turn the reading direction around: line ends, tabs and other
    /// control characters become spaces, bidirectional controls vanish.
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

    /// `text` on one line and with at most `length` characters, the last an ellipsis if some were left out.
    static func oneLine(_ text: String, upTo length: Int) -> String {
        let line = oneLine(text)
        return line.count <= length ? line : line.prefix(max(0, length - 1)) + "…"
    }
}
