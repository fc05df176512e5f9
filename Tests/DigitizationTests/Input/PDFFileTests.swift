import Testing

@testable import Digitization

struct PDFFileTests {
    @Test func `words have boxes and decoded text`() {
        let words = PDFWords.words(
            in: """
                <page width="842" height="595">
                <word xMin="1.5" yMin="2" xMax="3" yMax="4">aVR</word>
                <word xMin="1" yMin="2" xMax="3" yMax="4">&lt;A&amp;B&gt;</word>
                <word xMin="nan" yMin="2" xMax="3" yMax="4">x</word>
                <word xMin="1" yMin="2">x</word>
                """)
        #expect(words.map(\.text) == ["aVR", "<A&B>"])
        #expect(words.first.map { [$0.left, $0.top, $0.right, $0.bottom] } == [1.5, 2, 3, 4])
    }
}
