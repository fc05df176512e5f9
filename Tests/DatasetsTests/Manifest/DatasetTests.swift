import Datasets
import Testing

@Suite struct DatasetTests {
    private let dataset = Dataset(
        root: "d", labelSpace: .aami,
        samples: [
            Sample(path: "a.png", labels: [0, 5], group: "p1", part: .train),
            Sample(path: "../b.png", labels: [2], part: .test),
            Sample(path: "/x/c.png", labels: [2]),
        ])

    @Test func `labels form a matrix`() {
        #expect(dataset.truth.values == [1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0])
    }

    @Test func `a subset has the given order`() {
        let subset = dataset.subset([2, 0])
        #expect(subset.samples.map(\.path) == ["/x/c.png", "a.png"])
        #expect(subset.labelSpace == .aami)
    }

    @Test func `paths are relative to the folder unless they are absolute`() {
        #expect(dataset.samples.map(dataset.path(of:)) == ["d/a.png", "d/../b.png", "/x/c.png"])
    }

    @Test func `a label with one picture gives a warning`() {
        #expect(dataset.warnings.count == 2)
        #expect(dataset.warnings[0].description.hasPrefix("label N has one picture"))
        #expect(dataset.warnings[1].description.hasPrefix("label M has one picture"))
    }
}
