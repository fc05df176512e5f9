import Datasets
import Testing

@Suite struct GroupCrossingsTests {
    @Test func `groups in several folds are listed in natural order`() {
        let groups = ["p10", "p10", "p9", "p9", "p1", "p1", nil, nil]
        #expect(GroupCrossings.ofFolds([1, 2, 1, 3, 1, 1, 1, 2], groups: groups) == ["p9", "p10"])
        // A row without a fold does not count.
        #expect(GroupCrossings.ofFolds([1, nil, 1, 1, nil, nil, 1, 2], groups: groups) == [])
        #expect(GroupCrossings.ofFolds([], groups: []) == [])
    }
}
