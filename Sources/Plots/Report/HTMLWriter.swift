import Files
import Foundation

/// Writes a report's blocks as HTML and numbers figures and headings.
struct HTMLWriter {
    private var figures = 0
    private var headings = 0

    mutating func document(
        title: String, subtitle: String, warnings: [String], sections: [HTMLSection], footer: String
    ) -> String {
        let body = sections.map { section($0) }.joined(separator: "\n")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="\(Self.policy)">
            <title>\(HTMLText.escape(title))</title>
            <style>
            \(HTMLStyle.sheet)
            </style>
            </head>
            <body>
            <header>
            <h1>\(HTMLText.escape(title))</h1>
            \(subtitle.isEmpty ? "" : "<p class=\"subtitle\">\(HTMLText.escape(subtitle))</p>\n")\(banner(warnings))</header>
            <main>
            \(body)
            </main>
            \(footer.isEmpty ? "" : "<footer><p>\(HTMLText.escape(footer))</p></footer>\n")</body>
            </html>

            """
    }

    /// A second defense: if markup is not escaped, the browser still loads and runs nothing.
    private static let policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"

    private func banner(_ warnings: [String]) -> String {
        guard !warnings.isEmpty else { return "" }
        let items = warnings.map { "<li>\(HTMLText.escape($0))</li>" }.joined(separator: "\n")
        return """
            <section class="warnings" aria-labelledby="warnings">
            <h2 id="warnings">\(warnings.count == 1 ? "Warning" : "Warnings")</h2>
            <ul>
            \(items)
            </ul>
            </section>

            """
    }

    private mutating func section(_ section: HTMLSection) -> String {
        headings += 1
        let id = "section-\(headings)"
        let content = section.blocks.map { block($0, level: 3) }.joined(separator: "\n")
        return """
            <section aria-labelledby="\(id)">
            <h2 id="\(id)">\(HTMLText.escape(section.heading))</h2>
            \(content)
            </section>
            """
    }

    private mutating func block(_ block: HTMLSection.Block, level: Int) -> String {
        switch block {
        case .paragraph(let text):
            return "<p>\(HTMLText.escape(text))</p>"
        case .list(let items):
            return "<ul>\n" + items.map { "<li>\(HTMLText.escape($0))</li>\n" }.joined() + "</ul>"
        case .preformatted(let text):
            return "<pre tabindex=\"0\">\(HTMLText.escape(text))</pre>"
        case .keyValues(let pairs):
            let rows = pairs.map { "<dt>\(HTMLText.escape($0.key))</dt><dd>\(HTMLText.escape($0.value))</dd>\n" }
            return "<dl>\n\(rows.joined())</dl>"
        case .table(let table):
            return HTMLWriter.table(table)
        case .drawing(let document, let title, let summary, let size):
            figures += 1
            let element = document.element(prefix: "figure-\(figures)-")
            return """
                <figure class="drawing" style="max-width:\(size.width)px">
                <div class="frame" role="region" tabindex="0" aria-label="\(HTMLText.escape(title))">\(element)</div>
                <figcaption><strong>Figure \(figures).</strong> \(HTMLText.escape(summary))</figcaption>
                </figure>
                """
        case .picture(let png, let alternative, let caption):
            figures += 1
            return """
                <figure>
                <img src="data:image/png;base64,\(png.base64EncodedString())" alt="\(HTMLText.escape(alternative))">
                <figcaption><strong>Figure \(figures).</strong> \(HTMLText.escape(caption))</figcaption>
                </figure>
                """
        case .collapsed(let section):
            let content = section.blocks.map { self.block($0, level: level + 1) }.joined(separator: "\n")
            return """
                <details>
                <summary>\(HTMLText.escape(section.heading))</summary>
                \(content)
                </details>
                """
        }
    }

    private static func table(_ table: ReportTable) -> String {
        func side(_ column: Int) -> String { table.columns[column].alignment == .right ? " class=\"number\"" : "" }
        let header = table.columns.indices.map { column in
            "<th scope=\"col\"\(side(column))>\(HTMLText.escape(table.columns[column].title))</th>"
        }
        let rows = table.rows.map { row in
            let cells = row.indices.map { column in
                let text = HTMLText.escape(row[column])
                return column == 0
                    ? "<th scope=\"row\"\(side(0))>\(text)</th>" : "<td\(side(column))>\(text)</td>"
            }
            return "<tr>\(cells.joined())</tr>\n"
        }
        // A wide table scrolls separately, also by keyboard.
        return """
            <div class="table" role="region" tabindex="0" aria-label="\(HTMLText.escape(table.caption))">
            <table>
            <caption>\(HTMLText.escape(table.caption))</caption>
            <thead><tr>\(header.joined())</tr></thead>
            <tbody>
            \(rows.joined())</tbody>
            </table>
            </div>
            """
    }
}
