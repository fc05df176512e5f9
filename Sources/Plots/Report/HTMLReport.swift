import Files
import Foundation

/// A report in a single HTML file without scripts or external resources; figures and pictures are embedded.
///
/// It supports print, small screens, light and dark mode, and screen readers. The same content gives the same bytes.
public struct HTMLReport: Sendable {
    public var title: String
    /// The line under the title.
    public var subtitle: String
    /// The line at the end of the page.
    public var footer: String
    private var warnings: [String] = []
    private var sections: [HTMLSection] = []

    public init(title: String, subtitle: String = "", footer: String = "") {
        self.title = title
        self.subtitle = subtitle
        self.footer = footer
    }

    /// Adds a warning to the banner at the top.
    public mutating func warn(_ text: String) { warnings.append(text) }

    public mutating func add(_ section: HTMLSection) { sections.append(section) }

    /// Adds a section that `build` fills.
    public mutating func add(_ heading: String, _ build: (inout HTMLSection) throws -> Void) rethrows {
        var section = HTMLSection(heading)
        try build(&section)
        add(section)
    }

    /// The complete document.
    public var html: String {
        var writer = HTMLWriter()
        return writer.document(
            title: title, subtitle: subtitle, warnings: warnings, sections: sections, footer: footer)
    }

    /// Writes the document atomically.
    ///
    /// - Throws: `FileError`.
    public func write(to path: String) throws { try AtomicFile.write(html, to: path) }
}
