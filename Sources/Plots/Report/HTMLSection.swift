import Foundation

/// A part of a report under one heading.
///
/// Everything that is added is text and numbers; markup in it is shown, not obeyed.
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

    /// Text whose spaces and line ends count: a configuration, a log.
    public mutating func add(preformatted text: String) { blocks.append(.preformatted(text)) }

    public mutating func add(keyValues: [(key: String, value: String)]) { blocks.append(.keyValues(keyValues)) }

    public mutating func add(table: ReportTable) { blocks.append(.table(table)) }

    /// Draws the figure and holds it as SVG; its summary is the caption.
    ///
    /// - Throws: `PlotError`.
    public mutating func add(figure: some Figure) throws {
        let drawing = try figure.drawing()
        blocks.append(
            .drawing(
                SVGDocument(text: try drawing.svg()), title: figure.title, summary: figure.summary, size: drawing.size))
    }

    /// Draws the figure, or says in its place why it has nothing to show.
    ///
    /// - Throws: `PlotError`, but not `nothingToDraw`.
    public mutating func addIfDrawable(figure: some Figure) throws {
        do {
            try add(figure: figure)
        } catch PlotError.nothingToDraw(let title, let reason) {
            blocks.append(.paragraph("\(title): nothing to show; \(reason)."))
        }
    }

    /// Holds a PNG picture.
    ///
    /// - Parameters:
    ///   - png: the whole file.
    ///   - alternative: what it shows, for those who cannot see it.
    public mutating func add(png: Data, alternative: String, caption: String) {
        blocks.append(.picture(png, alternative: alternative, caption: caption))
    }

    /// A part that is closed until somebody opens it (and open in print).
    public mutating func add(collapsed section: HTMLSection) { blocks.append(.collapsed(section)) }
}
