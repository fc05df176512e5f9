import Datasets
import Files
import LinearAlgebra
import Testing

@Suite struct DuplicatesTests {
    private let a = Digest(of: "a")
    private let b = Digest(of: "b")
    private let c = Digest(of: "c")

    @Test func `rows with the same pixels are duplicates, unreadable ones are not`() {
        let duplicates = Duplicates(digests: [c, b, a, nil, b, nil, c, b])
        #expect(duplicates.sets == [[0, 6], [1, 4, 7]])
        #expect(Duplicates(digests: [a, b, c]).sets == [])
    }

    @Test func `duplicates of scored rows are removed from training`() {
        // a: train, train, test. b: train, validation. c: validation, test.
        let duplicates = Duplicates(digests: [a, a, a, b, b, c, c])
        let split = Split(parts: [.train, .train, .test, .train, .validation, .validation, .test])
        #expect(duplicates.crossing(split) == [[0, 1, 2], [3, 4], [5, 6]])
        #expect(duplicates.removed(from: split) == [0, 1, 3, 5])
        let cleaned = duplicates.cleaned(split)
        #expect(cleaned.parts == [nil, nil, .test, nil, .validation, nil, .test])
        #expect(cleaned.warnings == [.duplicatesOfScored(4)])
        #expect(duplicates.crossing(cleaned) == [])
        #expect(duplicates.cleaned(cleaned) == cleaned)
    }

    @Test func `duplicates inside one part stay`() {
        let duplicates = Duplicates(digests: [a, a, b])
        let split = Split(parts: [.train, .train, .test])
        #expect(duplicates.removed(from: split) == [])
        #expect(duplicates.crossing(split) == [])
    }

    @Test func `a fold's training rows lose the duplicates of its test rows`() {
        let duplicates = Duplicates(digests: [a, b, a, c])
        #expect(duplicates.removing(duplicatesOf: [0, 3], from: [1, 2]) == [1])
    }

    @Test func `the same pixels with two labels are a conflict`() {
        let duplicates = Duplicates(digests: [a, a, b, b])
        #expect(duplicates.conflicting(LabelMatrix([[1, 0], [1, 1], [0, 1], [0, 1]])) == [[0, 1]])
    }
}
