import Files
import Testing

@Suite struct NearestNameTests {
    private let known = ["vigilance", "threshold", "weights", "C"]

    @Test(arguments: [
        ("vigilence", "vigilance"), ("treshold", "threshold"), ("wieghts", "weights"), ("WEIGHTS", "weights"),
        ("weight", "weights"), ("c", "C"),
    ])
    func `a misspelled name is matched`(written: String, meant: String) {
        #expect(NearestName.of(written, among: known) == meant)
    }

    @Test func `a different name is not matched`() {
        #expect(NearestName.of("banana", among: known) == nil)
        #expect(NearestName.of("x", among: []) == nil)
    }

    @Test func `the first of equally near words is taken`() {
        #expect(NearestName.of("bat", among: ["cat", "hat"]) == "cat")
    }
}
