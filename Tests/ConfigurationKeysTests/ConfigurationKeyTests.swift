import ParameterTables
import Testing

@testable import ConfigurationKeys

struct ConfigurationKeyTests {
    private static func key(_ path: String, _ standard: String?, _ form: ValueForm = .text) -> ConfigurationKey {
        ConfigurationKey(path, standard, form, "meaning of \(path)", readBy: [.train])
    }

    private static let table = ConfigurationTable(
        [
            key("name", nil), key("a.b", "1", .whole(0 ... 9)), key("a.c", "off"), key("classifiers.x.b", "2"),
            key("classifiers.y.b", "3"),
        ], classifiers: [("x", true), ("y", false)], headings: ["a.b": "About a."])

    @Test func `blocks are the beginnings of paths`() {
        for block in ["a", "classifiers", "classifiers.x"] { #expect(Self.table.isBlock(block)) }
        for other in ["name", "a.b", "classifiers.x.b", "x"] { #expect(!Self.table.isBlock(other)) }
    }

    @Test func `the help lists keys by block, with optional blocks as comments`() {
        #expect(
            Self.table.commentedDefaults() == """
                name: …                               # meaning of name

                # About a.
                a:
                  b: 1                                # meaning of a.b
                  c: off                              # meaning of a.c
                classifiers:
                  x:
                    b: 2                              # meaning of classifiers.x.b
                # y:
                #   b: 3                              # meaning of classifiers.y.b

                """)
    }

    @Test func `the YAML of values contains the keys that have one`() {
        #expect(
            Self.table.yaml(of: ["a.c": "x: y", "classifiers.x.b": "3"]) == """
                a:
                  c: 'x: y'
                classifiers:
                  x:
                    b: 3

                """)
    }

    @Test func `a name without its block means the only key that ends with it`() {
        #expect(Self.table.nearest(to: "c") == "a.c")
        #expect(Self.table.nearest(to: "nam") == "name")
        #expect(Self.table.nearest(to: "quite another") == nil)
    }

    @Test func `the variable of a key is its path in capital letters`() {
        #expect(Self.key("limits.file_bytes", "1").variable == "HEARTSENSE_LIMITS_FILE_BYTES")
    }
}
