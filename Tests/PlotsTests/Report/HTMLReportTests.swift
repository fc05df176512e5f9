import Files
import Foundation
import Testing

@testable import Plots

struct HTMLReportTests {
    /// Returns a report with one block of each kind, with `text` in all places.
    private func report(_ text: String) throws -> HTMLReport {
        var report = HTMLReport(title: text, subtitle: text, footer: text)
        report.warn(text)
        report.add(text) { section in
            section.add(paragraph: text)
            section.add(list: [text])
            section.add(preformatted: text)
            section.add(keyValues: [(text, text)])
            section.add(table: .init(caption: text, columns: [.init(text, .left), .init(text)], rows: [[text, text]]))
            section.add(png: Data([1, 2, 3]), alternative: text, caption: text)
            var inner = HTMLSection(text)
            inner.add(paragraph: text)
            section.add(collapsed: inner)
        }
        return report
    }

    private let voidElements: Set<Substring> = ["!DOCTYPE", "meta", "img"]

    /// Returns the ids, and whether all tags are closed in order.
    private func structure(of html: String) -> (ids: [String], isBalanced: Bool) {
        var open: [Substring] = []
        var ids: [String] = []
        for case .tag(let tag) in Markup.pieces(of: html) {
            for quote in ["\"", "'"] {
                if let range = tag.range(of: " id=\(quote)") {
                    ids.append(String(tag[range.upperBound...].prefix { String($0) != quote }))
                }
            }
            let name = tag.prefix { !$0.isWhitespace }
            if voidElements.contains(name) || tag.hasSuffix("/") { continue }
            if tag.hasPrefix("/") {
                guard open.popLast() == name.dropFirst() else { return (ids, false) }
            } else {
                open.append(name)
            }
        }
        return (ids, open.isEmpty)
    }

    @Test func `markup in texts is escaped`() throws {
        let hostile = "<script>alert('1')</script><img src=x onerror=\"alert(2)\">&amp;\" onload='x'\u{0}"
        let html = try report(hostile).html
        let plain = try report("text").html
        func tags(_ html: String) -> [Substring?] { Markup.pieces(of: html).map(\.tagName).filter { $0 != nil } }
        #expect(tags(html) == tags(plain))
        #expect(!html.contains("<script") && !html.contains("\u{0}"))
        #expect(html.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"))
        // In attributes, no quotation mark of the text ends the value.
        for case .tag(let tag) in Markup.pieces(of: html) {
            #expect(!tag.contains("onerror=\"") && !tag.contains("' onload"))
        }
        #expect(structure(of: html).isBalanced)
    }

    @Test func `a report has no external resources`() throws {
        let html = try SampleReport.make().html
        #expect(!html.contains("<script") && !html.contains("<link") && !html.contains("@import"))
        // The only addresses are names of XML namespaces, which are not fetched.
        let addresses = html.components(separatedBy: "http").dropFirst().map { $0.prefix(20) }
        #expect(addresses.allSatisfy { $0.hasPrefix("://www.w3.org/") || $0.hasPrefix("-equiv=") })
        for case .tag(let tag) in Markup.pieces(of: html) where tag.contains(" src=") || tag.contains("href=") {
            #expect(
                tag.contains("=\"data:image/png;base64,") || tag.contains("='data:image/png;base64,")
                    || tag.contains("='#"))
        }
        #expect(html.contains("default-src 'none'"))
    }

    @Test func `ids are unique, references reach them and tags are balanced`() throws {
        let html = try SampleReport.make().html
        let (ids, isBalanced) = structure(of: html)
        #expect(isBalanced)
        #expect(Set(ids).count == ids.count && ids.count > 100)
        var references: [String] = []
        for case .tag(let tag) in Markup.pieces(of: html) {
            for start in ["aria-labelledby=\"", "href='#", "url(#"] {
                if let range = tag.range(of: start) {
                    references.append(String(tag[range.upperBound...].prefix { !"\"')".contains($0) }))
                }
            }
        }
        #expect(references.count > 20 && Set(references).isSubset(of: ids))
    }

    @Test func `the same content gives the same bytes`() throws {
        #expect(try SampleReport.make().html == (try SampleReport.make().html))
    }

    @Test func `tables have captions and scopes, and pictures have alternatives`() throws {
        let html = try report("x").html
        #expect(html.contains("<caption>x</caption>"))
        #expect(html.contains("<th scope=\"col\">x</th><th scope=\"col\" class=\"number\">x</th>"))
        #expect(html.contains("<tr><th scope=\"row\">x</th><td class=\"number\">x</td></tr>"))
        #expect(html.contains("<img src=\"data:image/png;base64,AQID\" alt=\"x\">"))
        #expect(html.contains("<html lang=\"en\">") && html.contains("<dt>x</dt><dd>x</dd>"))
        #expect(html.contains("<details>\n<summary>x</summary>\n<p>x</p>\n</details>"))
    }

    @Test func `warnings come first, and without warnings there is no banner`() throws {
        var report = HTMLReport(title: "T")
        report.add("Results") { $0.add(paragraph: "p") }
        #expect(!report.html.contains("class=\"warnings\""))
        report.warn("first")
        report.warn("second")
        let html = report.html
        let banner = try #require(html.range(of: "class=\"warnings\""))
        let main = try #require(html.range(of: "<main>"))
        #expect(banner.lowerBound < main.lowerBound)
        #expect(html.contains("<li>first</li>\n<li>second</li>"))
    }

    @Test func `a figure with nothing to show can be replaced by a sentence`() throws {
        var section = HTMLSection("S")
        let empty = ROCCurvesFigure(title: "Each <label>", curves: [])
        #expect(throws: PlotError.self) { try section.add(figure: empty) }
        try section.addIfDrawable(figure: empty)
        var report = HTMLReport(title: "T")
        report.add(section)
        #expect(report.html.contains("<p>Each &lt;label&gt;: nothing to show, because there are no curves.</p>"))
    }

    @Test func `figures are numbered through sections and have their summary as caption`() throws {
        var report = HTMLReport(title: "T")
        try report.add("A") { try $0.add(figure: SampleFigures.perLabelF1) }
        report.add("B") { $0.add(png: Data(), alternative: "a", caption: "c") }
        #expect(report.html.contains("<strong>Figure 1.</strong> F1 per label with 95 % intervals: N 0.879"))
        #expect(report.html.contains("<strong>Figure 2.</strong> c"))
    }

    @Test func `a report is written whole or not at all`() throws {
        try TemporaryFolder.use { folder in
            let report = HTMLReport(title: "Ω")
            try report.write(to: "\(folder)/report.html")
            #expect(try FileContent.text(of: "\(folder)/report.html") == report.html)
            #expect(throws: FileError.self) { try report.write(to: "\(folder)/no/report.html") }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["report.html"])
        }
    }
}
