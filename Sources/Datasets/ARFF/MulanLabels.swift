import Files
import Foundation
import FoundationXML

/// The label attributes of an ARFF file, from its XML file: `<labels><label name="…"/></labels>`.
///
/// Nested labels are flattened; each counts as one label.
///
/// - Source: Tsoumakas, Spyromitros-Xioufis, Vilcek & Vlahavas, JMLR 12 (2011): the format of the Mulan library.
public struct MulanLabels: Equatable, Sendable {
    /// The names in the order of the document, all different, at least one.
    public let names: [String]

    /// Reads a file.
    ///
    /// - Throws: `FileError`, `ARFFError`.
    public init(contentsOf path: String) throws {
        try self.init(parsing: FileContent.bytes(of: path, limit: 1 << 22), name: path)
    }

    /// Reads a list from its bytes. External entities are not fetched.
    ///
    /// - Parameter name: the file's name in error messages.
    /// - Throws: `ARFFError.notLabelXML`, `.repeatedLabel`.
    public init(parsing data: Data, name: String) throws {
        let collector = Collector(file: name)
        let parser = XMLParser(data: data)
        parser.shouldProcessNamespaces = true
        parser.delegate = collector
        // The parser accepts a truncated document, so that open elements are checked.
        let isWellFormed = parser.parse() && parser.parserError == nil && collector.isClosed
        if let failure = collector.failure { throw failure }
        guard isWellFormed, !collector.names.isEmpty else {
            throw ARFFError.notLabelXML(
                file: name, line: max(parser.lineNumber, 1),
                problem: isWellFormed ? "it has no label" : "it is not well-formed XML")
        }
        names = collector.names
    }

    private final class Collector: NSObject, XMLParserDelegate {
        let file: String
        var names: [String] = []
        var failure: ARFFError?
        private var depth = 0

        var isClosed: Bool { depth == 0 }

        init(file: String) { self.file = file }

        func parser(
            _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            depth += 1
            let line = parser.lineNumber
            let wanted = depth == 1 ? "labels" : "label"
            if element != wanted {
                fail(.notLabelXML(file: file, line: line, problem: "<\(element)> found, <\(wanted)> expected"), parser)
            } else if element == "label" {
                guard let name = attributes["name"], !name.isEmpty else {
                    return fail(.notLabelXML(file: file, line: line, problem: "a label has no name"), parser)
                }
                if names.contains(name) {
                    fail(.repeatedLabel(file: file, line: line, name: name), parser)
                } else {
                    names.append(name)
                }
            }
        }

        func parser(
            _ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?
        ) {
            depth -= 1
        }

        private func fail(_ error: ARFFError, _ parser: XMLParser) {
            if failure == nil { failure = error }
            parser.abortParsing()
        }
    }
}
