import LinearAlgebra
import TestSupport
import Testing

@testable import Datasets

@Suite struct SplitTests {
    private let codes = ["a", "b", "c"]

    @Test(arguments: 0 ..< 6)
    func `a hold-out gives every part its fraction of every label`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let labels = (0 ..< 200).map { _ in [0, 0, 0, 0, 0, 1, 1, 1, 2][generator.integer(below: 9)] }
        let truth = Truth.oneHot(labels, count: 3)
        let fractions = try Split.Fractions(train: 0.7, validation: 0.1, test: 0.2)
        let split = try Split.stratified(truth, codes: codes, fractions: fractions, seed: seed)
        for (part, fraction) in [(Part.train, 0.7), (.validation, 0.1), (.test, 0.2)] {
            let rows = split.rows(of: part)
            #expect(abs(Double(rows.count) - fraction * 200) <= 2)
            for (count, total) in zip(truth.selecting(rows: rows).support, truth.support) {
                #expect(abs(Double(count) - fraction * Double(total)) <= 1)
            }
        }
        #expect((split.train + split.validation + split.test).sorted() == Array(0 ..< 200))
        #expect(try split == Split.stratified(truth, codes: codes, fractions: fractions, seed: seed))
        #expect(try split != Split.stratified(truth, codes: codes, fractions: fractions, seed: seed + 1))
    }

    @Test func `a class with one sample is in training only and gives a warning`() throws {
        let truth = Truth.oneHot([0, 0, 0, 0, 0, 0, 0, 0, 0, 1], count: 3)
        let fractions = try Split.Fractions(train: 0.6, validation: 0.2, test: 0.2)
        let split = try Split.stratified(truth, codes: codes, fractions: fractions, seed: 5)
        #expect(split.parts[9] == .train)
        #expect(split.warnings == [.labelMissing("b", samples: 1, parts: ["validation", "test"])])
    }

    @Test func `no group is in two parts`() throws {
        var generator = SeededGenerator(seed: 3)
        let groups = (0 ..< 120).map { _ in "p\(generator.integer(below: 20))" }
        let truth = Truth.random(rows: 120, labels: 3, seed: 8)
        let fractions = try Split.Fractions(train: 0.6, validation: 0.2, test: 0.2)
        let split = try Split.grouped(truth, codes: codes, groups: groups, fractions: fractions, seed: 2)
        #expect(split.crossingGroups(groups) == [])
        #expect(abs(split.train.count - 72) <= 6)
    }

    @Test func `groups in several parts are listed in natural order`() {
        let split = Split(parts: [.train, .test, .train, .test, .train, nil])
        #expect(split.crossingGroups(["p10", "p10", "p9", "p9", "p1", "p1"]) == ["p9", "p10"])
        #expect(split.crossingGroups([nil, nil, nil, nil, nil, nil]) == [])
    }

    @Test func `folds are assigned to parts`() throws {
        let split = try Split.byFold([1, 8, 9, 10, 2], validation: [9], test: [10])
        #expect(split.parts == [.train, .train, .validation, .test, .train])
        #expect(throws: SplitError.foldInTwoParts(9)) { try Split.byFold([1, 9], validation: [9], test: [9]) }
        #expect(throws: SplitError.emptyPart(.test)) { try Split.byFold([1, 9], validation: [9], test: [10]) }
        #expect(throws: SplitError.noFold(row: 2)) { try Split.byFold([1, nil], validation: [1], test: []) }
    }

    @Test func `records are assigned to parts, and others are left out`() throws {
        let split = try Split.byRecord(["101", "100", "102", nil, "101"], protocol: .mitbih)
        #expect(split.parts == [.train, .test, nil, nil, .train])
        #expect(split.warnings.count == 3)
        #expect(split.warnings[0].description.contains("201") && split.warnings[0].description.contains("202"))
        #expect(split.warnings[1].description.hasPrefix("records that are not in the data: 106, 108"))
        #expect(split.warnings[2] == .rowsOutsideDivision(2))
        #expect(throws: SplitError.emptyPart(.test)) { try Split.byRecord(["101"], protocol: .mitbih) }
        let twice = RecordProtocol(name: "x", train: ["1", "2"], test: ["2"])
        #expect(throws: SplitError.recordInTwoParts("2")) { try Split.byRecord(["1", "2"], protocol: twice) }
    }

    @Test func `MIT-BIH is divided into 22 and 22 records without paced ones`() {
        let lists = RecordProtocol.mitbih
        #expect(lists.train.count == 22 && lists.test.count == 22)
        #expect(Set(lists.train + lists.test).count == 44)
        #expect(Set(lists.train + lists.test).isDisjoint(with: ["102", "104", "107", "217"]))
    }

    @Test func `validation rows come from training rows only, by whole groups if given`() throws {
        let truth = Truth.oneHot((0 ..< 100).map { $0 % 3 }, count: 3)
        let given = try Split.given((0 ..< 100).map { $0 < 80 ? .train : .test })
        let single = try given.holdingOutValidation(0.25, truth, codes: codes, groups: nil, seed: 1)
        #expect(single.test == given.test)
        #expect(single.validation.count == 20 && single.train.count == 60)

        let groups = (0 ..< 100).map { "g\($0 / 5)" }
        let grouped = try given.holdingOutValidation(0.25, truth, codes: codes, groups: groups, seed: 1)
        #expect(grouped.crossingGroups(groups) == [])
        #expect(grouped.test == given.test && grouped.validation.count == 20)
    }

    @Test func `impossible splits are rejected`() throws {
        #expect(throws: SplitError.noPart(row: 2)) { try Split.given([.train, nil]) }
        #expect(throws: SplitError.emptyPart(.train)) { try Split.given([.test, .test]) }
        #expect(throws: SplitError.fractions([0.5, 0.1, 0.1])) {
            try Split.Fractions(train: 0.5, validation: 0.1, test: 0.1)
        }
        #expect(throws: SplitError.fractions([0, 0, 1])) { try Split.Fractions(train: 0, validation: 0, test: 1) }
        #expect(throws: SplitError.self) { try Split.Fractions(train: 1.5, validation: -0.5, test: 0) }
        let fractions = try Split.Fractions(train: 0.8, validation: 0.1, test: 0.1)
        #expect(throws: SplitError.fewerGroups(groups: 2, needed: 3)) {
            let truth = Truth.oneHot([0, 0, 0], count: 3)
            return try Split.grouped(truth, codes: codes, groups: ["p", "q", "q"], fractions: fractions, seed: 1)
        }
        #expect(throws: SplitError.emptyPart(.validation)) {
            try Split.stratified(Truth.oneHot([0, 0], count: 3), codes: codes, fractions: fractions, seed: 1)
        }
    }
}
