import LinearAlgebra
import Testing
import Yams

@testable import ConfigurationKeys

struct YAMLScalarTests {
    @Test(arguments: [
        "plain", "runs/a-b_c.d", "/absolute/path", "./x", "1e5", "0x10", "", " ", " a ", "-", "- a", "---", "...", "?",
        ":",
        "a: b", "a #b", "#b", "it's", "''", "\"", "\\", "\\n", "a\nb", "a\n\nb", "\n", "\t", "a\tb", "\r", "\u{0}",
        "\u{1}",
        "\u{7F}", "\u{85}", "\u{2028}", "ü", "日本", "😀", "{a}", "[a]", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a",
        "~", "null", "true", "off", "<<", "=", "1, 1, 2",
    ])
    func `any text reads back the same`(value: String) throws {
        let yaml = "key: \(YAMLScalar.text(of: value))\nnext: 1\n"
        let root = try #require(try Yams.compose(yaml: yaml), "\(yaml)")
        #expect(root["key"]?.string == value, "\(yaml)")
        #expect(root["next"]?.string == "1", "\(yaml)")
    }

    @Test func `a thousand random texts read back the same`() throws {
        var random = SeededGenerator(seed: 5)
        let alphabet = Array("ab1 :#'\"\\-,[]{}&*!|>%@`~?\n\t\u{0}\u{85}\u{2029}ü".unicodeScalars)
        for _ in 0 ..< 1000 {
            var value = ""
            for _ in 0 ..< random.integer(below: 8) {
                value.unicodeScalars.append(alphabet[random.integer(below: alphabet.count)])
            }
            let yaml = "key: \(YAMLScalar.text(of: value))\n"
            #expect(try Yams.compose(yaml: yaml)?["key"]?.string == value, "\(yaml)")
        }
    }

    @Test func `simple values are not quoted`() {
        #expect(YAMLScalar.text(of: "runs/demo-data") == "runs/demo-data")
        #expect(YAMLScalar.text(of: "0.02") == "0.02")
        #expect(YAMLScalar.text(of: "it's") == "'it''s'")
    }
}
