import Files
import Testing

struct HTMLTextTests {
    @Test func `the five special characters are escaped and no others`() {
        #expect(HTMLText.escape("<a href=\"x\">'&'</a>") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;")
        #expect(HTMLText.escape("&amp;") == "&amp;amp;", "escaped text is escaped again")
        #expect(HTMLText.escape("Ωé漢 %$\\\t\r\n") == "Ωé漢 %$\\\t\r\n")
        #expect(HTMLText.escape("") == "")
    }

    /// In Swift a character includes the combining marks after it; in a browser it does not.
    @Test func `a combining mark does not hide the character before it`() {
        let escaped = HTMLText.escape("<\u{301}script>\u{fe0f}\"\u{338}")
        #expect(Array(escaped.unicodeScalars) == Array("&lt;\u{301}script&gt;\u{fe0f}&quot;\u{338}".unicodeScalars))
    }

    @Test func `control characters that XML and HTML do not allow become replacement characters`() {
        let controls: [Unicode.Scalar] = [
            "\0", "\u{1}", "\u{8}", "\u{B}", "\u{C}", "\u{1F}", "\u{7F}", "\u{9F}", "\u{FFFE}",
        ]
        for control in controls {
            #expect(HTMLText.escape("a\(control)b") == "a\u{FFFD}b", "\(control.value)")
        }
        #expect(HTMLText.escape("\u{A0}\u{FFFD}") == "\u{A0}\u{FFFD}")
    }
}
