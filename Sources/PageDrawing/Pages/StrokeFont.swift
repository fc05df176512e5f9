import Foundation

/// A font of strokes, so that text looks the same in SVG, PDF and PNG and needs no font file.
///
/// A glyph is a list of strokes. A stroke is a list of points of two characters: x as a decimal digit and y as a
/// hexadecimal digit. The baseline is at y = 3, small letters reach 9, capital letters and digits c. The prefix `~`
/// rounds a stroke's corners, `o` also closes it.
package enum StrokeFont {
    /// The width of strokes as a share of the height of capital letters.
    static let weight = 0.11
    private static let baseline = 3.0
    private static let capHeight = 9.0
    /// Units between the ink of neighboring glyphs.
    private static let spacing = 2.6

    /// Returns the width in millimeters of a text whose capital letters are `height` millimeters high.
    package static func width(of text: String, height: Double) -> Double {
        let units = glyphs(of: text).reduce(0) { $0 + $1.width + spacing } - (text.isEmpty ? 0 : spacing)
        return units * height / capHeight
    }

    /// Returns the strokes of a text in millimeters.
    ///
    /// - Parameters:
    ///   - origin: the left end of the baseline.
    ///   - height: the height of capital letters in millimeters.
    static func strokes(of text: String, at origin: SIMD2<Double>, height: Double) -> [[SIMD2<Double>]] {
        let unit = height / capHeight
        var left = origin.x
        var strokes: [[SIMD2<Double>]] = []
        for glyph in glyphs(of: text) {
            for stroke in glyph.strokes {
                strokes.append(
                    stroke.map { SIMD2(left + $0.x * unit, origin.y - ($0.y - baseline) * unit) })
            }
            left += (glyph.width + spacing) * unit
        }
        return strokes
    }

    struct Glyph: Sendable {
        /// Units.
        let width: Double
        let strokes: [[SIMD2<Double>]]
    }

    /// Returns the glyphs of a text. Letters with accents lose them; other unknown characters become a box.
    private static func glyphs(of text: String) -> [Glyph] {
        text.map { character in
            if let glyph = table[character] { return glyph }
            let plain = String(character).folding(options: .diacriticInsensitive, locale: nil)
            return plain.first.flatMap { table[$0] } ?? unknown
        }
    }

    private static let unknown = Glyph(width: 5, strokes: [[[0, 3], [5, 3], [5, 12], [0, 12], [0, 3]]])
    private static let table = Dictionary(uniqueKeysWithValues: sources.map { ($0, glyph(from: $1)) })

    private static func glyph(from source: String) -> Glyph {
        let strokes = source.split(separator: " ").map { text -> [SIMD2<Double>] in
            let digits = text.compactMap { $0.hexDigitValue }
            let points = stride(from: 0, to: digits.count - 1, by: 2).map {
                SIMD2(Double(digits[$0]), Double(digits[$0 + 1]))
            }
            switch text.first {
            case "~": return rounded(points, isClosed: false)
            case "o": return rounded(points, isClosed: true)
            default: return points
            }
        }
        return Glyph(width: source.isEmpty ? 3 : strokes.joined().map(\.x).max() ?? 3, strokes: strokes)
    }

    /// Rounds corners by cutting them twice.
    ///
    /// - Source: Chaikin, Computer Graphics and Image Processing 3 (1974), 346–349.
    private static func rounded(_ corners: [SIMD2<Double>], isClosed: Bool) -> [SIMD2<Double>] {
        var points = corners
        for _ in 0 ..< 2 {
            let next = isClosed ? points + [points[0]] : points
            var cut: [SIMD2<Double>] = isClosed ? [] : [points[0]]
            for (from, to) in zip(next, next.dropFirst()) {
                cut.append(0.75 * from + 0.25 * to)
                cut.append(0.25 * from + 0.75 * to)
            }
            if !isClosed { cut.append(points[points.count - 1]) }
            points = cut
        }
        return isClosed ? points + [points[0]] : points
    }

    private static let sources: [(Character, String)] = [
        ("A", "033c63 1656"), ("B", "030c ~0c5c5808 ~08686303"), ("C", "~6a6c0c036365"), ("D", "030c ~0c6c6303"),
        ("E", "6c0c0363 0848"), ("F", "6c0c03 0848"), ("G", "~6a6c0c036367 6737"), ("H", "0c03 6c63 0868"),
        ("I", "0c03"), ("J", "~4c430305"), ("K", "0c03 6c07 2963"), ("L", "0c0353"), ("M", "030c376c63"),
        ("N", "030c636c"), ("O", "o0c6c6303"), ("P", "030c ~0c6c6707"), ("Q", "o0c6c6303 4562"),
        ("R", "030c ~0c6c6707 3763"), ("S", "~6a6c0c0868630305"), ("T", "0c6c 3c33"), ("U", "~0c070363676c"),
        ("V", "0c336c"), ("W", "0c234a638c"), ("X", "036c 0c63"), ("Y", "0c386c 3833"), ("Z", "0c6c0363"),
        ("a", "o09595303 5953"), ("b", "0c03 o09595303"), ("c", "~585909035354"), ("d", "o09595303 5c53"),
        ("e", "0656 ~565909035354"), ("f", "~4c1c1a13 0939"), ("g", "o09595303 ~5954500001"),
        ("h", "0c03 ~0609595653"), ("i", "0903 0b"), ("j", "~29232000 2b"), ("k", "0c03 4905 2743"), ("l", "~0c051323"),
        ("m", "0903 ~0609494643 ~4649898683"), ("n", "0903 ~0609595653"), ("o", "o09595303"),
        ("p", "0900 o09595303"), ("q", "o09595303 5950"), ("r", "0903 ~060949"), ("s", "~4849090646430304"),
        ("t", "~1b151343 0939"), ("u", "~0906035356 5953"), ("v", "092349"), ("w", "0923486389"),
        ("x", "0349 0943"), ("y", "0923 4910"), ("z", "09490343"),
        ("0", "o0c5c5303"), ("1", "0a2c23"), ("2", "~0a0c5c5803 0353"), ("3", "~0b0c5c5818 ~1858530304"),
        ("4", "434c0656"), ("5", "5c0c08 ~0859530304"), ("6", "~4c0c06 o08585303"), ("7", "0c5c23"),
        ("8", "o0c5c5808 o08585303"), ("9", "o0c5c5707 ~595313"),
        (" ", ""), (".", "03"), (",", "1301"), (":", "03 08"), (";", "18 1301"), ("-", "0747"), ("–", "0757"),
        ("—", "0787"), ("−", "0747"), ("+", "0747 2529"), ("=", "0646 0848"), ("/", "024c"), ("(", "~2d0a0522"),
        (")", "~0d2a2502"), ("[", "2d0d0222"), ("]", "0d2d2202"), ("%", "036c o0c2c2a0a o45656343"),
        ("°", "o0c2c2a0a"), ("±", "0848 2a26 0444"), ("µ", "0900 ~0906035356 5953"), ("'", "0c0a"), ("′", "1c0a"),
        ("\"", "0c0a 2c2a"), ("!", "0c06 03"), ("?", "~0a0c4c472625 23"), ("<", "490643"), (">", "094603"),
        ("≤", "4a0744 0343"), ("≥", "0a4704 0343"), ("_", "0262"), ("*", "2a26 0947 0749"),
        ("#", "1c13 4c43 0959 0656"), ("&", "~53092c4a05033356"), ("|", "0d02"), ("·", "07"), ("×", "0448 0844"),
        ("…", "03 33 63"), ("→", "0767 496745"), ("√", "0623 234c 4c6c"),
    ]
}
