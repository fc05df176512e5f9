import Files
import Foundation

/// Converts gnuplot's SVG output to a document for publication.
///
/// Only markup is changed; the drawn texts stay, even if they look like markup.
struct SVGDocument: Sendable {
    let text: String

    /// Replaces gnuplot's name and version by a title and a description, removes its tooltips (`gnuplot_plot_1`) and
    /// adds fallback fonts.
    init(gnuplot drawn: String, title: String, summary: String) {
        var pieces = Markup.pieces(of: drawn)
        for index in pieces.indices {
            switch pieces[index] {
            case .tag("title") where index + 2 < pieces.count:
                let isDocument = pieces[index + 1] == .text("Gnuplot")
                if isDocument {
                    pieces[index + 1] = .text(HTMLText.escape(PlainText.oneLine(title)))
                } else {
                    for offset in 0 ... 2 { pieces[index + offset] = .text("") }
                }
            case .tag("desc") where index + 1 < pieces.count:
                pieces[index + 1] = .text(HTMLText.escape(PlainText.oneLine(summary)))
            case .tag(let tag) where tag.contains("font-family=\"DejaVu Sans"):
                // Verdana and DejaVu Sans derive from one design and have the same widths.
                let family = "font-family=\"DejaVu Sans, Verdana, sans-serif\""
                pieces[index] = .tag(
                    tag.replacingOccurrences(of: "font-family=\"DejaVu Sans\"", with: family)
                        .replacingOccurrences(
                            of: "font-family=\"DejaVu Sans:Bold\"", with: "\(family) font-weight=\"bold\""))
            default:
                break
            }
        }
        text = Markup.joined(pieces)
    }

    /// Creates a document from its text.
    init(text: String) { self.text = text }

    /// Returns the `svg` element for embedding in HTML.
    ///
    /// - Parameter prefix: a prefix for all ids and references, so that several drawings can share a page.
    func element(prefix: String) -> String {
        let pieces = Markup.pieces(of: text)
        let start = pieces.firstIndex { $0.tagName == "svg" } ?? pieces.startIndex
        let element = pieces[start...].map { piece -> Markup.Piece in
            guard case .tag(var tag) = piece else { return piece }
            for quote in ["'", "\""] {
                tag = tag.replacingOccurrences(of: " id=\(quote)", with: " id=\(quote)\(prefix)")
                tag = tag.replacingOccurrences(of: "href=\(quote)#", with: "href=\(quote)#\(prefix)")
            }
            tag = tag.replacingOccurrences(of: "url(#", with: "url(#\(prefix)")
            if piece.tagName == "svg" { tag += " role=\"img\"" }
            return .tag(tag)
        }
        return Markup.joined(element).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
