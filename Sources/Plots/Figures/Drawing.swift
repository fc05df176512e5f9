import Foundation

/// A figure prepared for gnuplot, which converts it to an SVG document or a PNG picture.
///
/// The same drawing gives the same bytes, without dates, random ids or program versions.
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

    /// Returns the drawing with another text alternative.
    func described(as summary: String) -> Drawing {
        Drawing(title: title, summary: summary, size: size, body: body)
    }

    /// Returns a complete SVG document with a title and a description for screen readers.
    ///
    /// - Throws: `PlotError`.
    public func svg() throws -> String { try svg(by: Gnuplot()) }

    /// Returns a PNG picture of `size`, enlarged by `scale` for sharp print.
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
        // Font sizes are in points of 1/72 inch in cairo, at 96 pixels per inch, and in pixels in SVG.
        return try gnuplot.draw(
            script(
                terminal: """
                    set terminal pngcairo size \(size.width * scale),\(size.height * scale) fontscale \
                    \(0.75 * Double(scale)) linewidth \(scale) pointscale \(scale) dashlength \(scale)
                    """,
                font: "DejaVu Sans,13"),
            as: .png, figure: title)
    }

    /// Builds the script. `noenhanced` draws text literally, so that an underscore does not start a subscript.
    private func script(terminal: GnuplotCommand, font: String) -> GnuplotScript {
        let shown = PlainText.oneLine(title, upTo: 60)
        return body.prepended(by: [
            "set encoding utf8",
            "set minussign",
            "\(terminal) font \(font) noenhanced background \(Color(0xFFFFFF))",
            "set border 3 linewidth 1 linecolor \(Color.axis)",
            "set tics out nomirror textcolor \(Color.ink)",
            "set xlabel textcolor \(Color.ink)",
            "set ylabel textcolor \(Color.ink)",
            "set key textcolor \(Color.ink) samplen 2 spacing 1.25",
            "set grid linetype 1 linecolor \(Color.grid) linewidth 1 dashtype solid",
            "set title \(shown) font \("DejaVu Sans:Bold,\(shown.count <= 44 ? 16 : 13)") textcolor \(Color.ink)",
        ])
    }
}
