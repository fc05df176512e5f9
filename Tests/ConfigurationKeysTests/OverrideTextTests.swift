import Testing

@testable import ConfigurationKeys

struct OverrideTextTests {
    @Test(arguments: [
        ("a", ["a"]), ("a, b", ["a", "b"]), ("a,", ["a", ""]), ("", [""]), (#"a\,b"#, ["a,b"]),
        (#"a\b,c\"#, [#"a\b"#, #"c\"#]),
        (#""a,b""#, ["a,b"]), ("'a, b' , c", ["a, b", "c"]), (#"c,"a,b","it's""#, ["c", "a,b", "it's"]), (#""""#, [""]),
        (#""a"b,c"#, [#""a"b"#, "c"]), (#""a,b"#, [#""a"#, "b"]), ("it's,x'", ["it's", "x'"]), (#"'a\,b'"#, [#"a\,b"#]),
    ])
    func `commas separate values unless they are escaped or between quotation marks`(text: String, values: [String]) {
        #expect(OverrideText.values(of: text) == values)
    }

    @Test(arguments: [
        (#"dataset.path=a\,b"#, "dataset.path=a,b"), (#"dataset.path="a,b""#, "dataset.path=a,b"),
        ("seed=1,2", "seed=1,2"),
        ("seed=", "seed="), ("seed", "seed"), ("card.source=a=b", "card.source=a=b"),
    ])
    func `an override with one value has neither quotation marks nor escapes`(override: String, expected: String) {
        #expect(OverrideText.single(override) == expected)
    }
}
