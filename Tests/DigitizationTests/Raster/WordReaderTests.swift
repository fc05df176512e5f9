import Testing

@testable import Digitization

@Suite struct WordReaderTests {
    private func row(_ number: Int, _ text: String) -> String {
        "5\t1\t1\t1\t1\t1\t30\t\(72 * number + 16)\t40\t40\t60\t\(text)"
    }

    @Test func `counted strokes win over what the program reads, also if it reads nothing`() {
        let boxes = [2, 3, 0, 1].map { WordReader.Box(left: 10, top: 20, right: 15, bottom: 40, strokes: $0) }
        let words = WordReader.parse([row(0, "I"), row(2, "V1"), row(3, "l")].joined(separator: "\n"), boxes)
        #expect(words.map(\.text) == ["II", "III", "V1", "l"])
        #expect(words[1].confidence == 0.9 && words[2].confidence == 0.6)
    }

    @Test func `damaged tables give no words`() {
        let boxes = [WordReader.Box(left: 10, top: 20, right: 15, bottom: 40)]
        #expect(WordReader.parse("5\t1\n" + row(7, "V1") + "\n" + row(0, "-"), boxes).isEmpty)
    }
}
