import Testing

@testable import Evaluation

struct MarkdownTableTests {
    @Test func `untrusted text cannot end a cell or become markup`() {
        #expect(MarkdownTable.escaped("a|b") == "a\\|b")
        #expect(MarkdownTable.escaped("f1_macro") == "f1\\_macro")
        #expect(MarkdownTable.escaped("<img src=x> & `code`") == "\\<img src=x\\> \\& \\`code\\`")
        #expect(MarkdownTable.escaped("two\nlines\r\nhere") == "two lines  here")
        #expect(MarkdownTable.escaped("\\|") == "\\\\\\|")
    }

    @Test func `code has more backticks than its longest run of them`() {
        #expect(MarkdownTable.code("runs/a") == "`runs/a`")
        #expect(MarkdownTable.code("a``b") == "```a``b```")
        #expect(MarkdownTable.code("`a`") == "`` `a` ``")
    }
}
