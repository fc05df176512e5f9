import Foundation

/// A figure made ready for gnuplot, which turns it into an SVG document or a PNG picture.
///
/// The same drawing gives the same bytes: there are no dates, random ids or program versions in them.
public struct Drawing: Sendable {
    let title: String
    let summary: String
    public let size: FigureSize
    private let body: GnuplotScript

    init(title: String, summary: String, size: FigureSize, body: GnuplotScript) {
        self.title = title
        self.summary = summary
        self.size = size
        self.body = body
    }

    /// The same drawing with another sentence for those who cannot see it.
    func described(as summary: String) -> Drawing {
        Drawing(title: title, summary: summary, size: size, body: body)
    }

    /// A whole SVG document with title and description for those who cannot see it.
    ///
    /// - Throws: `PlotError`.
    public func svg() throws -> String { try svg(by: Gnuplot()) }

    /// A PNG picture of `size`, times `scale` for sharp print.
    ///
    /// - Throws: `PlotError`.
    public func png(scale: Int = 1) throws -> Data { try png(by: Gnuplot(), scale: scale) }

    func svg(by gnuplot: Gnuplot) throws -> String {
        let data = try gnuplot.draw(
            script(terminal: "set terminal svg size \(size.width),\(size.height)", font: "DejaVu Sans,13"),
            as: .svg, figure: title)
        return SVGDocument(gnuplot: String(decoding: data, as: UTF8.self), title: title, summary: summary).text
    }

    func png(by gnuplot: Gnuplot, scale: Int) throws -> Data {
        precondition((1 ... 4).contains(scale), "a scale of \(scale)")
        // cairo counts font sizes in points of 1/72 inch on a screen of 96 pixels an inch, SVG in pixels.
        return try gnuplot.draw(
            script(
                terminal: """
                    set terminal pngcairo size \(size.width * scale),\(size.height * scale) fontscale \
                    \(0.75 * Double(scale)) linewidth \(scale) pointscale \(scale) dashlength \(scale)
                    """,
                font: "DejaVu Sans,13"),
            as: .png, figure: title)
    }

    /// Text is drawn as it stands (`noenhanced`): an underscore is no subscript.
    private func script(terminal: GnuplotCommand, font: String) -> GnuplotScript {
        let shown = PlainText.oneLine(title, upTo: 60)
        return body.prepended(by: [
            "set encoding utf8",
            "set minussign",
            "\(terminal) font \(font) noenhanced background \(Colour(0xFFFFFF))",
            "set border 3 linewidth 1 linecolor \(Colour.axis)",
            "set tics out nomirror textcolor \(Colour.ink)",
            "set xlabel textcolor \(Colour.ink)",
            "set ylabel textcolor \(Colour.ink)",
            "set key textcolor \(Colour.ink) samplen 2 spacing 1.25",
            "set grid linetype 1 linecolor \(Colour.grid) linewidth 1 dashtype solid",
            "set title \(shown) font \("DejaVu Sans:Bold,\(shown.count <= 44 ? 16 : 13)") textcolor \(Colour.ink)",
        ])
    }
}
