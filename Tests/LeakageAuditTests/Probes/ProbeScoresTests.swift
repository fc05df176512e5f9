import Datasets
import LinearAlgebra
import TestSupport
import Testing

@testable import LeakageAudit

@Suite struct ProbeScoresTests {
    private func scorer(_ values: [Double], _ truth: LabelMatrix, folds: Int) throws -> (ProbeScores, Folds) {
        let table = ProbeTable(names: ["p"], values: Matrix(rows: values.count, columns: 1, values: values))
        let codes = (0 ..< truth.columns).map { "\($0)" }
        let folds = try Folds.stratified(truth, codes: codes, count: folds, seed: nil)
        return (ProbeScores(ProbeBins(table, limit: 8), truth: truth, folds: folds), folds)
    }

    @Test func `a number that equals the label scores one`() throws {
        let labels = (0 ..< 30).map { $0 % 3 }
        let (scorer, _) = try scorer(labels.map { Double($0 * 10) }, Truth.oneHot(labels, count: 3), folds: 5)
        let scores = scorer.scores(scorer.combinationOfPlace)
        #expect(scores[0].labels == [1, 1, 1])
        #expect(scores[0].overall == 1)
    }

    @Test func `a number that merges two labels is right for half of them`() throws {
        let labels = (0 ..< 40).map { $0 % 4 }
        let (scorer, _) = try scorer(labels.map { Double(min($0, 2)) }, Truth.oneHot(labels, count: 4), folds: 4)
        let scores = scorer.scores(scorer.combinationOfPlace)
        // 2 and 3 are equal: each accepts all its own rows and a third of the others.
        #expect(scores[0].labels[0] == 1 && scores[0].labels[1] == 1)
        #expect(abs(scores[0].labels[2] - (1 + 2.0 / 3) / 2) < 1e-12)
        #expect(scores[0].overall == 0.75)
    }

    /// The reference loop: for each fold and row, count the training rows of the same bin.
    @Test(arguments: 0 ..< 8)
    func `scores equal those of a plain loop`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let truth = Truth.random(rows: 90, labels: 3, seed: seed)
        let values = (0 ..< 90).map { Double((truth[$0, 0] ? 2 : 0) + generator.integer(below: 4)) }
        let (scorer, folds) = try scorer(values, truth, folds: 4)
        let scores = scorer.scores(scorer.combinationOfPlace)[0]
        for label in 0 ..< 3 {
            var (hits, misses, alarms, rejections) = (0.0, 0.0, 0.0, 0.0)
            for row in 0 ..< 90 {
                let train = folds.train(folds.assignment[row])
                let own = train.filter { truth[$0, label] }
                let others = train.filter { !truth[$0, label] }
                let inOwn = own.count { values[$0] == values[row] }
                let inOthers = others.count { values[$0] == values[row] }
                let yes = inOwn * others.count > inOthers * own.count
                if truth[row, label] { if yes { hits += 1 } else { misses += 1 } }
                if !truth[row, label] { if yes { alarms += 1 } else { rejections += 1 } }
            }
            let expected = (hits / (hits + misses) + rejections / (rejections + alarms)) / 2
            #expect(abs(scores.labels[label] - expected) < 1e-12)
        }
    }

    /// Twenty distinct numbers in twenty rows: no test row shares a bin with a training row.
    @Test func `an interval is found if every row has a distinct number`() throws {
        let labels = (0 ..< 20).map { $0 % 2 }
        let values = labels.enumerated().map { Double($0.offset) + ($0.element == 1 ? 1000 : 0) }
        let table = ProbeTable(names: ["p"], values: Matrix(rows: 20, columns: 1, values: values))
        let truth = Truth.oneHot(labels, count: 2)
        let folds = try Folds.stratified(truth, codes: ["a", "b"], count: 5, seed: 1)
        let bins = ProbeBins(table, limit: 128)
        func scores(_ rule: ProbeScores.Rule) -> [Double] {
            let scorer = ProbeScores(bins, truth: truth, folds: folds, rule: rule)
            return scorer.scores(scorer.combinationOfPlace)[0].labels
        }
        #expect(scores(.interval) == [1, 1])
        #expect(scores(.votes) == [0.5, 0.5])
    }

    /// The reference loop: for each fold, try every pair of ends inside and outside.
    @Test(arguments: 0 ..< 6)
    func `the interval is as good in training as the best of all`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed, purpose: "stretch")
        let positives = (0 ..< 12).map { _ in Int32(generator.integer(below: 6)) }
        let negatives = (0 ..< 12).map { _ in Int32(generator.integer(below: 6)) }
        let ranges = (0 ..< 12).map { (least: Double($0), greatest: Double($0)) }
        func accuracy(_ says: (Int) -> Bool) -> Double {
            let own = (0 ..< 12).reduce(0.0) { $0 + (says($1) ? Double(positives[$1]) : 0) }
            let others = (0 ..< 12).reduce(0.0) { $0 + (says($1) ? 0 : Double(negatives[$1])) }
            return (own / Double(positives.reduce(0, +)) + others / Double(negatives.reduce(0, +))) / 2
        }
        var best = 0.0
        for start in 0 ..< 12 {
            for end in start ..< 12 {
                best = max(best, accuracy { (start ... end).contains($0) }, accuracy { !(start ... end).contains($0) })
            }
        }
        let interval = ProbeInterval(positives: positives, negatives: negatives, ranges: ranges)
        #expect(abs(accuracy(interval.says) - best) < 1e-12)
    }

    @Test func `empty bins go to the nearer side`() {
        let values: [Double] = [.nan, 1, 2, 3, 9, 10, 11, 20]
        let ranges = values.map { (least: $0, greatest: $0) }
        let interval = ProbeInterval(
            positives: [0, 0, 0, 0, 0, 4, 0, 0], negatives: [0, 4, 0, 0, 0, 0, 0, 0], ranges: ranges)
        #expect((0 ..< 8).map(interval.says) == [false, false, false, false, true, true, true, true])
        // Rows without a number may belong to the label.
        let without = ProbeInterval(
            positives: [4, 0, 0, 0, 0, 0, 0, 0], negatives: [0, 4, 0, 0, 0, 0, 0, 4], ranges: ranges)
        #expect((0 ..< 8).map(without.says) == [true] + Array(repeating: false, count: 7))
    }

    @Test func `a permutation keeps each fold's labels`() throws {
        let labels = (0 ..< 60).map { $0 % 7 < 5 ? 0 : 1 }
        let (scorer, folds) = try scorer((0 ..< 60).map(Double.init), Truth.oneHot(labels, count: 2), folds: 3)
        var generator = SeededGenerator(seed: 5)
        let permuted = scorer.permuted(&generator)
        #expect(permuted != scorer.combinationOfPlace)
        var start = 0
        for fold in 0 ..< 3 {
            let places = start ..< start + folds.test(fold).count
            #expect(permuted[places].sorted() == scorer.combinationOfPlace[places].sorted())
            start = places.upperBound
        }
    }
}
