import Files
import Testing

@Suite struct NearestNameTests {
    private let known = ["vigilance", "threshold", "weights", "C"]

    @Test(arguments: [
        ("vigilence", "vigilance"), ("treshold", "threshold"), ("wieghts", "weights"), ("WEIGHTS", "weights"),
        ("weight", "weights"), ("c", "C"),
    ])
    func `a slip of the pen finds its word`(written: String, meant: String) {
        #expect(NearestName.of(written, among: known) == meant)
    }

    @Test func `another word finds none`() {
        #expect(NearestName.of("banana", among: known) == nil)
        #expect(NearestName.of("x", among: []) == nil)
    }

    @Test func `the first of equally near words is taken`() {
        #expect(NearestName.of("bat", among: ["cat", "hat"]) == "cat")
    }
}
