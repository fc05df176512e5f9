import Testing

@testable import Training

struct OverrideValuesTests {
    @Test(arguments: [
        ("seed=5", ["5"], false), ("seed=5, 6", ["5", "6"], true), ("seed=[5,6]", ["5", "6"], true),
        ("seed=[5]", ["5"], true), ("dataset.path=a\\,b", ["a,b"], false),
        ("dataset.path=a\\b,c", ["a\\b", "c"], true),
        ("ensemble.weights=1,2", ["1,2"], false), ("ensemble.weights=[fitted, equal]", ["fitted", "equal"], true),
        ("ensemble.weights=[1\\,2\\,3,equal]", ["1,2,3", "equal"], true), ("seed=1,", ["1", ""], true),
        (#"dataset.path="a,b""#, ["a,b"], false), (#"dataset.path=["a,b",c]"#, ["a,b", "c"], true),
        (#"features.measurements="a,b""#, ["a,b"], false),
    ])
    func `an override names its values`(text: String, values: [String], isList: Bool) {
        let parsed = OverrideValues(text)
        #expect(parsed.values == values)
        #expect(parsed.isList == isList)
        #expect(parsed.key == String(text.prefix { $0 != "=" }))
    }
}
