import Testing

@testable import Plots

struct SVGDocumentTests {
    private let drawn = """
        <?xml version="1.0" encoding="utf-8"?>
        <svg width="8" height="6">
        <title>Gnuplot</title>
        <desc>Produced by GNUPLOT 5.4 patchlevel 4 </desc>
        <defs><circle id='gpDot' r='1'/><filter id="box"/></defs>
        <g id="gnuplot_plot_1" ><title>gnuplot_plot_1</title>
        <use xlink:href='#gpDot' fill="url(#box)" font-family="DejaVu Sans:Bold"/>
        <text> id='gpDot' href='#gpDot' font-family="DejaVu Sans" > </text>
        </g>
        </svg>
        """

    @Test func `title and description replace gnuplot's name, fonts have fallbacks, texts stay`() {
        let document = SVGDocument(gnuplot: drawn, title: "A < B", summary: "\"Both\"")
        #expect(
            document.text == """
                <?xml version="1.0" encoding="utf-8"?>
                <svg width="8" height="6">
                <title>A &lt; B</title>
                <desc>&quot;Both&quot;</desc>
                <defs><circle id='gpDot' r='1'/><filter id="box"/></defs>
                <g id="gnuplot_plot_1" >
                <use xlink:href='#gpDot' fill="url(#box)" \
                font-family="DejaVu Sans, Verdana, sans-serif" font-weight="bold"/>
                <text> id='gpDot' href='#gpDot' font-family="DejaVu Sans" > </text>
                </g>
                </svg>
                """)
    }

    @Test func `ids and references get the prefix, texts do not`() {
        let element = SVGDocument(gnuplot: drawn, title: "T", summary: "S").element(prefix: "one-")
        #expect(element.hasPrefix("<svg width=\"8\" height=\"6\" role=\"img\">"))
        #expect(element.contains("<circle id='one-gpDot' r='1'/><filter id=\"one-box\"/>"))
        #expect(element.contains("<g id=\"one-gnuplot_plot_1\" >"))
        #expect(element.contains("xlink:href='#one-gpDot' fill=\"url(#one-box)\""))
        #expect(element.contains("<text> id='gpDot' href='#gpDot' font-family=\"DejaVu Sans\" > </text>"))
    }

    @Test(arguments: ["", "no markup", "<", "a < b", "<a", "<a><b", "<a>x</a>", "x > y<br/>"])
    func `splitting and joining gives the same document`(document: String) {
        #expect(Markup.joined(Markup.pieces(of: document)) == document)
    }
}
