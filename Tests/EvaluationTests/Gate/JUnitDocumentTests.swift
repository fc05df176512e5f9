import Foundation
import FoundationXML
import Testing

@testable import Evaluation

struct JUnitDocumentTests {
    private static let outcome = GateOutcome(
        run: "runs/ci", experiment: "a \"set\" of <beats> & more",
        checks: [
            .init(name: "n", expected: "72", found: "72", verdict: .pass),
            .init(name: "f1_macro", expected: "0.9", found: "0.95", limit: "≥ 0.89", change: 0.05, verdict: .better),
            .init(
                name: "per_label.<V>&\u{1}.f1", expected: "0.9", found: nil, limit: "≥ 0.89",
                verdict: .fail("it's \"null\"\nhere")),
        ])

    /// Collects the events of an XML parser.
    private final class Reader: NSObject, XMLParserDelegate {
        var elements: [(name: String, attributes: [String: String])] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            elements.append((name, attributes))
        }
    }

    @Test func `an XML parser reads names, counts and reasons unchanged`() throws {
        let parser = XMLParser(data: Data(Self.outcome.junit.utf8))
        let reader = Reader()
        parser.delegate = reader
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        #expect(
            reader.elements.map(\.name) == [
                "testsuites", "testsuite", "testcase", "system-out", "testcase", "system-out", "testcase", "failure",
            ])
        let suite = reader.elements[1].attributes
        #expect(suite["name"] == "heartsense gate: a \"set\" of <beats> & more")
        #expect(suite["tests"] == "3" && suite["failures"] == "1" && suite["errors"] == "0")
        #expect(reader.elements[6].attributes["name"] == "per_label.<V>&\u{FFFD}.f1")
        #expect(reader.elements[7].attributes["message"] == "it's \"null\"\nhere")
    }
}
