import Foundation

/// A section of a report.
///
/// All content is text and numbers; markup in it is escaped.
public struct HTMLSection: Sendable {
    enum Block: Sendable {
        case paragraph(String)
        case list([String])
        case preformatted(String)
        case keyValues([(key: String, value: String)])
        case table(ReportTable)
        case drawing(SVGDocument, title: String, summary: String, size: FigureSize)
        case picture(Data, alternative: String, caption: String)
        case collapsed(HTMLSection)
    }

    public var heading: String
    private(set) var blocks: [Block] = []

    public init(_ heading: String) { self.heading = heading }

    public mutating func add(paragraph text: String) { blocks.append(.paragraph(text)) }

    public mutating func add(list items: [String]) { blocks.append(.list(items)) }

    /// Adds text with significant spaces and line ends, such as a configuration or log.
    public mutating func add(preformatted text: String) { blocks.append(.preformatted(text)) }

    public mutating func add(keyValues: [(key: String, value: String)]) { blocks.append(.keyValues(keyValues)) }

    public mutating func add(table: ReportTable) { blocks.append(.table(table)) }

    /// Draws the figure and adds it as SVG with its summary as the caption.
    ///
    /// - Throws: `PlotError`.
    public mutating func add(figure: some Figure) throws {
        let drawing = try figure.drawing()
        blocks.append(
            .drawing(
                SVGDocument(text: try drawing.svg()), title: figure.title, summary: figure.summary, size: drawing.size))
    }

    /// Draws the figure, or adds a sentence if it has nothing to show.
    ///
    /// - Throws: `PlotError` other than `nothingToDraw`.
    public mutating func addIfDrawable(figure: some Figure) throws {
        do {
            try add(figure: figure)
        } catch PlotError.nothingToDraw(let title, let reason) {
            blocks.append(.paragraph("\(title): nothing to show, because \(reason)."))
        }
    }

    /// Adds a PNG picture.
    ///
    /// - Parameters:
    ///   - png: the file's content.
    ///   - alternative: a description for screen readers.
    public mutating func add(png: Data, alternative: String, caption: String) {
        blocks.append(.picture(png, alternative: alternative, caption: caption))
    }

    /// Adds a section that is initially collapsed, but expanded in print.
    public mutating func add(collapsed section: HTMLSection) { blocks.append(.collapsed(section)) }
}
