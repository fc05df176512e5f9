import LinearAlgebra
import TestSupport
import Testing

@testable import Datasets

@Suite struct FoldsTests {
    /// scikit-learn 1.3.2, `StratifiedKFold(n).split(y, y)` on 97 samples of four classes.
    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `unseeded folds of single labels agree with scikit-learn`() throws {
        let oracle = try SplitOracle()
        let truth = Truth.oneHot(oracle.classes, count: 4)
        let codes = ["a", "b", "c", "d"]
        let three = try Folds.stratified(truth, codes: codes, count: 3, seed: nil)
        let five = try Folds.stratified(truth, codes: codes, count: 5, seed: nil)
        #expect(three.assignment == oracle.threeFolds)
        #expect(five.assignment == oracle.fiveFolds)
    }

    @Test(arguments: 0 ..< 10)
    func `seeded folds of single labels differ by at most one sample, in total and in each class`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let truth = Truth.oneHot((0 ..< 103).map { _ in generator.integer(below: 4) }, count: 4)
        let folds = try Folds.stratified(truth, codes: ["a", "b", "c", "d"], count: 5, seed: seed)
        let sizes = (0 ..< 5).map { folds.test($0).count }
        #expect(sizes.reduce(0, +) == 103 && sizes.allSatisfy { $0 == 20 || $0 == 21 })
        for label in 0 ..< 4 {
            let counts = (0 ..< 5).map { truth.selecting(rows: folds.test($0)).support[label] }
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
        }
        #expect(try folds == Folds.stratified(truth, codes: ["a", "b", "c", "d"], count: 5, seed: seed))
        #expect(try folds != Folds.stratified(truth, codes: ["a", "b", "c", "d"], count: 5, seed: seed + 1))
    }

    @Test func `test and training rows of a fold are all rows, once`() throws {
        let truth = Truth.random(rows: 60, labels: 3, seed: 1)
        let folds = try Folds.stratified(truth, codes: ["a", "b", "c"], count: 4, seed: 9)
        for fold in 0 ..< 4 { #expect((folds.test(fold) + folds.train(fold)).sorted() == Array(0 ..< 60)) }
        #expect((0 ..< 4).flatMap(folds.test).sorted() == Array(0 ..< 60))
    }

    @Test func `a label with fewer samples than folds gives a warning`() throws {
        let truth = Truth.oneHot([0, 0, 0, 0, 0, 0, 1, 1, 2, 0], count: 4)
        let folds = try Folds.stratified(truth, codes: ["N", "S", "V", "F"], count: 3, seed: 1)
        #expect(
            folds.warnings == [
                .labelNotInFolds("S", samples: 2, folds: 1, of: 3), .labelNotInFolds("V", samples: 1, folds: 2, of: 3),
            ])
    }

    @Test func `no group is in two folds`() throws {
        var generator = SeededGenerator(seed: 3)
        let groups = (0 ..< 90).map { _ in "p\(generator.integer(below: 15))" }
        let truth = Truth.random(rows: 90, labels: 3, seed: 8)
        let folds = try Folds.grouped(truth, codes: ["a", "b", "c"], groups: groups, count: 4, seed: 2)
        for group in Set(groups) {
            #expect(Set(groups.indices.filter { groups[$0] == group }.map { folds.assignment[$0] }).count == 1)
        }
        #expect(Set(folds.assignment) == [0, 1, 2, 3])
        #expect(try folds == Folds.grouped(truth, codes: ["a", "b", "c"], groups: groups, count: 4, seed: 2))
    }

    @Test func `rows without a group give a warning if others have one`() throws {
        let truth = Truth.oneHot([0, 0, 0, 0], count: 1)
        let some = try Folds.grouped(truth, codes: ["a"], groups: ["p", "p", nil, nil], count: 2, seed: 1)
        #expect(some.warnings == [.rowsWithoutGroup(2, of: 4)])
        #expect(try Folds.grouped(truth, codes: ["a"], groups: [nil, nil, nil, nil], count: 2, seed: 1).warnings == [])
    }

    @Test func `each fold leaves out one group, in natural order`() throws {
        let folds = try Folds.leaveOneGroupOut(groups: ["r10", "r9", "r10", "r100"])
        #expect(folds.names == ["r9", "r10", "r100"])
        #expect(folds.assignment == [1, 0, 1, 2])
        #expect(folds.test(1) == [0, 2] && folds.train(1) == [1, 3])
    }

    @Test func `given folds keep their numbers as names`() throws {
        let folds = try Folds.given([10, 1, 9, 1])
        #expect(folds.names == ["1", "9", "10"])
        #expect(folds.assignment == [2, 0, 1, 0])
    }

    @Test func `folds by index are the row modulo k`() throws {
        #expect(try Folds.byIndex(samples: 7, count: 3).assignment == [0, 1, 2, 0, 1, 2, 0])
    }

    @Test func `impossible folds are rejected`() {
        let truth = Truth.oneHot([0, 0, 0], count: 1)
        #expect(throws: SplitError.foldCount(asked: 4, samples: 3)) {
            try Folds.stratified(truth, codes: ["a"], count: 4, seed: 1)
        }
        #expect(throws: SplitError.foldCount(asked: 1, samples: 3)) { try Folds.byIndex(samples: 3, count: 1) }
        #expect(throws: SplitError.fewerGroups(groups: 2, needed: 3)) {
            try Folds.grouped(truth, codes: ["a"], groups: ["p", "q", "q"], count: 3, seed: 1)
        }
        #expect(throws: SplitError.noGroup(row: 2)) { try Folds.leaveOneGroupOut(groups: ["p", nil]) }
        #expect(throws: SplitError.fewerGroups(groups: 1, needed: 2)) { try Folds.leaveOneGroupOut(groups: ["p"]) }
        #expect(throws: SplitError.noFold(row: 2)) { try Folds.given([1, nil]) }
        #expect(throws: SplitError.oneFold(value: 3)) { try Folds.given([3, 3]) }
    }
}
