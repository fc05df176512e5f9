import LinearAlgebra
import Testing

@testable import ClassificationMetrics

struct BootstrapTests {
    private static func set(rows: Int = 80, seed: UInt64 = 41) throws -> ScoredSet {
        var random = SeededGenerator(seed: seed)
        return try MetricFixtures.set(rows: rows, labels: 3, levels: 20, random: &random)
    }

    @Test func `repeating the rows of each replicate gives the same intervals`() throws {
        let set = try Self.set(rows: 40)
        let groups = (0 ..< 40).map { "patient \($0 % 7)" }
        for groups in [nil, groups] {
            let bootstrap = Bootstrap(replicates: 60, level: 0.9, seed: 7)
            let found = bootstrap.intervals(of: set, groups: groups, workers: Workers(count: 2))
            let resampling = Resampling(rows: 40, groups: groups)
            let summaries = (0 ..< 60).map { replicate in
                let counts = resampling.counts(seed: 7, replicate: replicate)
                return MetricSummary(
                    of: set.selecting(rows: counts.indices.flatMap { Array(repeating: $0, count: Int(counts[$0])) }))
            }
            for key in MetricKey.allCases {
                let numbers = summaries.map { $0[key] ?? .nan }
                let once = try #require(MetricSummary(of: set)[key])
                let expected = try #require(
                    key == .ece
                        ? Interval(squaresAround: once, replicates: numbers, level: 0.9)
                        : Interval(percentilesOf: numbers, level: 0.9))
                let interval = try #require(found.metrics[key])
                #expect(abs(interval.lower - expected.lower) < 1e-12, "\(key)")
                #expect(abs(interval.upper - expected.upper) < 1e-12, "\(key)")
                #expect(interval.undefinedReplicates == expected.undefinedReplicates, "\(key)")
            }
            #expect(found.units == (groups == nil ? 40 : 7))
        }
    }

    @Test func `one thread and four give identical intervals`() throws {
        let set = try Self.set()
        let bootstrap = Bootstrap(replicates: 50, seed: 3)
        let one = bootstrap.intervals(of: set, workers: Workers(count: 1))
        #expect(one == bootstrap.intervals(of: set, workers: Workers(count: 4)))
        #expect(one != Bootstrap(replicates: 50, seed: 4).intervals(of: set, workers: Workers(count: 1)))
    }

    @Test func `the interval of a fraction is as wide as its binomial error`() throws {
        // 30 % of 400 samples are uncertain: the standard error is 0.0229 and the interval 0.0898 wide.
        let n = 400
        let truth = LabelMatrix(rows: n, columns: 1, values: (0 ..< n).map { UInt8($0 % 2) })
        let set = try ScoredSet(
            truth: truth, scores: Matrix(rows: n, columns: 1, repeating: 0.5), decision: truth,
            uncertain: (0 ..< n).map { $0 % 10 < 3 })
        let intervals = Bootstrap(replicates: 1000, seed: 1).intervals(of: set)
        let interval = try #require(intervals.metrics[.uncertainFraction])
        #expect(abs(interval.upper - interval.lower - 0.0898) < 0.01)
        #expect(interval.lower < 0.3 && interval.upper > 0.3)
    }

    @Test func `groups of equal samples widen the interval`() throws {
        // 40 patients of 10 equal samples: the standard error is √10 times as large as 400 samples would have.
        let n = 400
        let truth = LabelMatrix(rows: n, columns: 1, values: (0 ..< n).map { UInt8($0 / 10 % 2) })
        let set = try ScoredSet(
            truth: truth, scores: Matrix(rows: n, columns: 1, repeating: 0.5), decision: truth,
            uncertain: (0 ..< n).map { $0 / 10 % 10 < 3 })
        let bootstrap = Bootstrap(replicates: 400, seed: 1)
        func width(_ groups: [String]?) throws -> Double {
            let interval = try #require(bootstrap.intervals(of: set, groups: groups).metrics[.uncertainFraction])
            return interval.upper - interval.lower
        }
        let ratio = try width((0 ..< n).map { "\($0 / 10)" }) / width(nil)
        #expect(abs(ratio - 10.0.squareRoot()) < 0.5)
    }

    @Test func `undefined replicates of a rare label are counted`() throws {
        let n = 20
        let truth = LabelMatrix(rows: n, columns: 1, values: [1] + Array(repeating: 0, count: n - 1))
        let scores = Matrix(rows: n, columns: 1, values: (0 ..< n).map { Double($0) / Double(n) })
        let set = try ScoredSet(truth: truth, scores: scores, decision: truth)
        let intervals = Bootstrap(replicates: 500, seed: 6).intervals(of: set)
        // The one positive is not drawn with probability (19/20)²⁰ = 0.358.
        let undefined = try #require(intervals.metrics[.rocAUCMacro]).undefinedReplicates
        #expect(abs(Double(undefined) / 500 - 0.358) < 0.08)
        #expect(intervals.perLabel[0].rocAUC?.undefinedReplicates == undefined)
        #expect(intervals.metrics[.uncertainFraction] == nil)
        #expect(intervals.dictionary["uncertain_fraction"] == nil)
        #expect(intervals.dictionary["f1_macro"]?.count == 2)
    }

    @Test func `without samples there are no intervals`() throws {
        let none = try ScoredSet(
            truth: LabelMatrix(rows: 0, columns: 2), scores: Matrix(rows: 0, columns: 2),
            decision: LabelMatrix(rows: 0, columns: 2))
        #expect(Bootstrap(replicates: 5, seed: 1).intervals(of: none).metrics.isEmpty)
    }

    @Test func `a classifier does not differ from itself and differs from a worse one`() throws {
        let set = try Self.set(rows: 150)
        let worse = try ScoredSet(
            truth: set.truth, scores: Matrix(rows: 150, columns: 3, values: set.scores.values.map { 1 - $0 }),
            decision: LabelMatrix(rows: 150, columns: 3, values: set.decision.values.map { 1 - $0 }),
            uncertain: set.uncertain)
        let bootstrap = Bootstrap(replicates: 200, seed: 2)
        let same = bootstrap.differences(first: set, second: set)
        let other = bootstrap.differences(first: set, second: worse)
        for key in MetricKey.allCases {
            let none = try #require(same[key])
            #expect(none.difference == 0 && !none.isSignificant)
            #expect(none.interval == Interval(lower: 0, upper: 0), "\(key)")
        }
        let f1 = try #require(other[.f1Macro])
        #expect(f1.isSignificant)
        #expect(try #require(f1.difference) < 0)
        #expect(f1.first == MetricSummary(of: set)[.f1Macro])
        let loss = try #require(other[.hammingLoss])
        #expect(loss.isSignificant && loss.difference! > 0)
        #expect(other[.uncertainFraction]?.isSignificant == false)
    }

    /// Returns scores of three labels in 0…1. The truth is drawn with probability `rate(score)`.
    private static func drawn(
        rows: Int, _ rate: (Double) -> Double, _ random: inout SeededGenerator
    ) throws -> ScoredSet {
        var truth = LabelMatrix(rows: rows, columns: 3)
        var scores = Matrix<Double>(rows: rows, columns: 3)
        for row in 0 ..< rows {
            for label in 0 ..< 3 {
                scores[row, label] = random.uniform()
                truth[row, label] = random.uniform() < rate(scores[row, label])
            }
        }
        return try ScoredSet(truth: truth, scores: scores, decision: truth)
    }

    @Test(arguments: [
        // The probability of truth is the score, its square (∫ s − s² = 1/6), or half way between.
        (name: "calibrated", error: 0.0, share: 0.0), (name: "squared", error: 1.0 / 6, share: 1),
        (name: "half squared", error: 1.0 / 12, share: 0.5),
    ])
    func `the interval of the calibration error contains the true and the measured error`(
        system: (name: String, error: Double, share: Double)
    ) throws {
        var random = SeededGenerator(seed: 23)
        var (covered, runs) = (0, 0)
        for seed in 0 ..< 40 {
            let set = try Self.drawn(rows: 150, { $0 - system.share * ($0 - $0 * $0) }, &random)
            let bootstrap = Bootstrap(replicates: 100, seed: UInt64(seed))
            let interval = try #require(bootstrap.intervals(of: set).metrics[.ece])
            let measured = try #require(MetricSummary(of: set)[.ece])
            #expect(interval.lower <= measured && measured <= interval.upper)
            covered += interval.lower <= system.error && system.error <= interval.upper ? 1 : 0
            runs += 1
        }
        // 95 % of 40 are 38; 34 is three standard errors below.
        #expect(covered >= 34, "\(system.name): \(covered) of \(runs)")
    }
}
