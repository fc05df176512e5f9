import Foundation
import LinearAlgebra
import PageDrawing
import Signals
import TestSupport
import Testing

@testable import Datasets

@Suite struct SyntheticPagesTests {
    @Test func `a set has the pages of each condition, and loads as a data set`() throws {
        let folder = try Scratch()
        var pages = PageSet()
        pages.dpi = 50
        try pages.write(
            SyntheticPages.items(perClass: 2, seed: 1), to: folder("set"),
            extra: ["labels.yaml": SyntheticPages.labels])
        let dataset = try Dataset(contentsOf: folder("set"))
        #expect(dataset.count == 10)
        #expect(dataset.labelSpace.codes == ["N", "S", "V", "M", "H"])
        #expect(Set(dataset.samples.compactMap(\.group)).count == 10)
        let drawn = try WFDBRecord(folder("set/V00002")).recording
        #expect(drawn.leads.count == 12 && drawn.duration == 10)
    }

    @Test func `a page depends on its number and the seed only`() throws {
        let few = SyntheticPages.items(perClass: 1, seed: 1)
        let many = SyntheticPages.items(perClass: 3, seed: 1)
        #expect(try few[1].recording().0 == many[3].recording().0)
        #expect(try few[1].recording().0 != SyntheticPages.items(perClass: 1, seed: 2)[1].recording().0)
        #expect(many.map(\.labels) == ["N", "S", "V", "M", "H"].flatMap { [$0, $0, $0] })
    }
}
