import Foundation
import Testing

@testable import RecordingFormats

struct XMLElementTests {
    private func parse(_ text: String) throws -> XMLElement { try XMLElement.parse(Data(text.utf8)) }

    @Test func `elements, attributes and text are read without namespaces`() throws {
        let root = try parse(
            """
            <?xml version="1.0"?><!-- c --><!DOCTYPE a SYSTEM "x.dtd">
            <h:a xmlns:h="u" x:k='1 &lt; 2'>one<b/>&amp;&#65;&#x42;<![CDATA[<c>]]><!-- - --><b n="2">two</b > </h:a>
            """)
        #expect(root.name == "a" && root.attributes["k"] == "1 < 2")
        #expect(root.value == "one&AB<c>")
        #expect(root.all("b").map(\.value) == ["", "two"])
        #expect(root.first("b")?.attributes.isEmpty == true)
        #expect(root.descendant("b") === root.first("b"))
    }

    @Test(arguments: [
        "", "text", "<a>", "<a></b>", "<a b></a>", "<a b=c/>", "<a b='c></a>", "<a>&unknown;</a>", "<a>& </a>",
        "<a>&#xD800;</a>", "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "<a><!-- </a>", "<a><![CDATA[ </a>", "< a/>",
    ])
    func `a mistake is refused`(_ text: String) {
        #expect(throws: XMLElement.Failure.self) { try parse(text) }
    }

    @Test func `elements are nested 64 levels deep at most`() throws {
        let nested = { (count: Int) in
            String(repeating: "<a>", count: count) + String(repeating: "</a>", count: count)
        }
        #expect(try parse(nested(64)).name == "a")
        #expect(throws: XMLElement.Failure.self) { try parse(nested(65)) }
    }

    @Test func `Latin 1 and UTF-16 are read by declaration and mark`() throws {
        let latin = Data(
            "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\u{C4}</a>".unicodeScalars.map { UInt8($0.value) })
        #expect(try XMLElement.parse(latin).value == "Ä")
        let wide = Data([0xFF, 0xFE]) + "<a>Ä</a>".data(using: .utf16LittleEndian)!
        #expect(try XMLElement.parse(wide).value == "Ä")
    }
}
