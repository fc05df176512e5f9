import Files
import Foundation

/// What gnuplot drew, made fit to be published.
///
/// Only markup is rewritten; the drawn texts, which may look like markup, stay as they are.
struct SVGDocument: Sendable {
    let text: String

    /// Gives gnuplot's document a title and a description instead of gnuplot's name and version, takes its tool
    /// tips (`gnuplot_plot_1`) away and names fonts to fall back on.
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
                // Verdana and DejaVu Sans are descendants of one design and equally wide.
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

    /// A document as it stands.
    init(text: String) { self.text = text }

    /// The element `svg` alone, as HTML holds it.
    ///
    /// - Parameter prefix: put before every id and every reference to one, so that several drawings can share a page.
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
