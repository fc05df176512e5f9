import Datasets
import LinearAlgebra
import Synchronization
import TestSupport
import Testing

@testable import LeakageAudit

@Suite struct ProbeAuditTests {
    private let codes = ["a", "b", "c"]

    private func settings(_ seed: UInt64 = 1, pairs: Bool = false) -> ProbeAudit.Settings {
        var settings = ProbeAudit.Settings(seed: seed)
        settings.permutations = 100
        settings.bins = 8
        settings.pairBins = 4
        settings.stretchBins = 8
        settings.includesPairs = pairs
        return settings
    }

    /// Adds `noise` meaningless probes to the given ones.
    private func table(
        noise: Int, _ probes: [(name: String, value: (Int) -> Double)], rows: Int, ofShape: Set<String> = [],
        ofDrawing: Set<String> = []
    ) -> ProbeTable {
        var generator = SeededGenerator(seed: 99)
        let values = (0 ..< rows).flatMap { row in
            (0 ..< noise).map { _ in generator.normal() } + probes.map { $0.value(row) }
        }
        return ProbeTable(
            names: (0 ..< noise).map { "noise \($0)" } + probes.map(\.name), ofShape: ofShape, ofDrawing: ofDrawing,
            values: Matrix(rows: rows, columns: noise + probes.count, values: values))
    }

    @Test func `an ink that differs by class is a leak with the probe's name`() throws {
        let labels = (0 ..< 150).map { $0 % 5 }
        let table = table(noise: 3, [("ink", { labels[$0] == 1 ? 76 : 134 })], rows: 150)
        let audit = try ProbeAudit(
            of: table, truth: Truth.oneHot(labels, count: 5), codes: ["a", "b", "c", "d", "e"], settings: settings())
        #expect(audit.leaks.map(\.label) == ["b"])
        #expect(audit.leaks.map(\.probes) == [["ink"]])
        #expect(audit.leaks.map(\.balancedAccuracy) == [1])
        // For the others it only excludes b: it is right for all their own rows and a quarter of the rest.
        #expect(audit.scores["b"]?["ink"] == 1 && audit.scores["a"]?["ink"] == 0.625)
        let overall = try #require(audit.overall)
        #expect(overall.probes == ["ink"] && overall.chance == 0.2)
        #expect((0.3 ... 0.5).contains(overall.balancedAccuracy))
    }

    @Test func `a probe that depends on the trace is a leak only if it is almost certain`() throws {
        var generator = SeededGenerator(seed: 3)
        let labels = (0 ..< 150).map { $0 % 3 }
        let truth = Truth.oneHot(labels, count: 3)
        let broad = labels.map { ($0 == 2 ? 1 : 0) + (generator.uniform() < 0.12 ? 1 : 0) }
        let probe = [(name: "ink fraction", value: { (row: Int) in Double(broad[row] % 2) })]
        let drawn = try ProbeAudit(
            of: table(noise: 1, probe, rows: 150), truth: truth, codes: codes, settings: settings())
        #expect(drawn.leaks.map(\.label) == ["c"])

        let shape = table(noise: 1, probe, rows: 150, ofShape: ["ink fraction"])
        let audit = try ProbeAudit(of: shape, truth: truth, codes: codes, settings: settings())
        #expect(audit.leaks.isEmpty)
        let finding = try #require(audit.labels.last)
        #expect(finding.isOfShape && (0.75 ..< 0.95).contains(finding.balancedAccuracy))

        let certain = table(noise: 1, [("width", { labels[$0] == 2 ? 3 : 1 })], rows: 150, ofShape: ["width"])
        let wide = try ProbeAudit(of: certain, truth: truth, codes: codes, settings: settings())
        #expect(wide.leaks.map(\.label) == ["c"])
    }

    @Test func `of two equal probes the one that does not depend on the trace is reported`() throws {
        let labels = (0 ..< 60).map { $0 % 2 }
        let probes = ["ink fraction", "left margin"].map { name in
            (name: name, value: { (row: Int) in Double(labels[row]) })
        }
        let table = table(noise: 0, probes, rows: 60, ofShape: ["ink fraction"])
        let audit = try ProbeAudit(
            of: table, truth: Truth.oneHot(labels, count: 2), codes: ["a", "b"], settings: settings())
        #expect(audit.leaks.map(\.probes) == [["left margin"], ["left margin"]])
    }

    /// Every picture has a different size, so no bin has enough pictures to vote.
    @Test func `an interval needs only a few pictures with distinct numbers`() throws {
        let labels = (0 ..< 30).map { $0 % 3 }
        let table = table(noise: 2, [("size", { Double(1000 * labels[$0] + $0) })], rows: 30)
        var settings = settings()
        settings.stretchBins = 128
        let audit = try ProbeAudit(of: table, truth: Truth.oneHot(labels, count: 3), codes: codes, settings: settings)
        #expect(audit.leaks.map(\.probes) == [["size"], ["size"], ["size"]])
        #expect(audit.leaks.map(\.balancedAccuracy) == [1, 1, 1])
    }

    @Test func `a probe of the drawing needs a lower bound above the limit`() throws {
        for (rows, isSure) in [(20, false), (200, true)] {
            let labels = (0 ..< rows).map { $0 % 2 }
            let truth = Truth.oneHot(labels, count: 2)
            let probe = [(name: "ink fraction", value: { (row: Int) in Double(labels[row]) })]
            let names: Set = ["ink fraction"]
            let drawing = table(noise: 1, probe, rows: rows, ofShape: names, ofDrawing: names)
            let audit = try ProbeAudit(of: drawing, truth: truth, codes: ["a", "b"], settings: settings())
            #expect(audit.labels.map(\.balancedAccuracy) == [1, 1])
            #expect(audit.labels.map(\.leaks) == [isSure, isSure])
            // All of 10 right: n / (n + z²) of Wilson's interval.
            if rows == 20 { #expect(audit.labels.allSatisfy { abs($0.lowerBound - 10 / (10 + 2.705543454)) < 1e-6 }) }
            let file = table(noise: 1, probe, rows: rows, ofShape: names)
            #expect(
                try ProbeAudit(of: file, truth: truth, codes: ["a", "b"], settings: settings()).leaks.count == 2)
        }
    }

    @Test func `two numbers that predict a label only together are found as a pair`() throws {
        let table = table(
            noise: 2, [("left", { Double($0 / 2 % 2) }), ("right", { Double(($0 / 2 + $0) % 2) })], rows: 120)
        let truth = Truth.oneHot((0 ..< 120).map { $0 % 2 }, count: 2)
        let audit = try ProbeAudit(of: table, truth: truth, codes: ["a", "b"], settings: settings(pairs: true))
        #expect(audit.leaks.isEmpty)
        #expect(audit.pairs.map(\.probes) == [["left", "right"], ["left", "right"]])
        #expect(audit.pairs.map(\.balancedAccuracy) == [1, 1])
    }

    /// With 60 samples the best of ten probes sometimes exceeds ¾. Its null distribution prevents a false alarm.
    @Test func `random labels raise no alarm`() throws {
        let table = table(noise: 6, [], rows: 60)
        let labels = (0 ..< 60).map { $0 % 6 == 0 ? 2 : $0 % 2 }
        var alarms = 0
        for shuffle in 0 ..< 100 {
            var generator = SeededGenerator(seed: UInt64(shuffle), purpose: "labels")
            let truth = Truth.oneHot(generator.shuffled(labels), count: 3)
            let audit = try ProbeAudit(
                of: table, truth: truth, codes: codes, settings: settings(UInt64(shuffle)), workers: Workers(count: 1))
            if !audit.leaks.isEmpty { alarms += 1 }
        }
        #expect(alarms < 5)
    }

    /// Tests the null distribution alone: without the margin about one in a hundred is a false alarm.
    @Test func `the null distribution has the nominal level`() throws {
        let table = table(noise: 6, [], rows: 60)
        var beaten = 0
        for shuffle in 0 ..< 100 {
            var generator = SeededGenerator(seed: UInt64(shuffle), purpose: "level")
            let truth = Truth.oneHot(generator.shuffled((0 ..< 60).map { $0 % 2 }), count: 2)
            let audit = try ProbeAudit(
                of: table, truth: truth, codes: ["a", "b"], settings: settings(UInt64(shuffle)),
                workers: Workers(count: 1))
            if audit.labels.contains(where: { $0.balancedAccuracy > $0.nullPercentile }) { beaten += 1 }
        }
        #expect(beaten <= 4)
    }

    @Test func `the number of threads does not matter, the seed may`() throws {
        let labels = (0 ..< 90).map { $0 % 3 }
        let table = table(noise: 3, [("weak", { Double(labels[$0] + $0 % 5) })], rows: 90)
        let truth = Truth.oneHot(labels, count: 3)
        func audit(_ workers: Int) throws -> ProbeAudit {
            try ProbeAudit(
                of: table, truth: truth, codes: codes, settings: settings(pairs: true), workers: Workers(count: workers)
            )
        }
        #expect(try audit(1) == audit(4))
    }

    @Test func `samples with several labels are audited label by label`() throws {
        let truth = Truth.random(rows: 200, labels: 3, seed: 4)
        let table = table(noise: 2, [("size", { truth[$0, 1] ? 10 : 20 })], rows: 200)
        let audit = try ProbeAudit(of: table, truth: truth, codes: codes, settings: settings())
        #expect(audit.leaks.map(\.label) == ["b"])
        #expect(audit.overall == nil)
    }

    @Test func `rare labels are reported and not assessed`() throws {
        let labels = (0 ..< 60).map { $0 < 3 ? 2 : $0 % 2 }
        let table = table(noise: 1, [("ink", { Double(labels[$0]) })], rows: 60)
        let audit = try ProbeAudit(
            of: table, truth: Truth.oneHot(labels, count: 3), codes: codes, settings: settings())
        #expect(audit.labels.map(\.label) == ["a", "b"])
        #expect(audit.warnings == ["label c has 3 samples of 60: too one-sided to be audited in 5 folds"])
    }

    @Test func `constant numbers give no finding`() throws {
        let table = table(noise: 0, [("same", { _ in 1 }), ("none", { _ in .nan })], rows: 30)
        let truth = Truth.oneHot((0 ..< 30).map { $0 % 2 }, count: 2)
        let audit = try ProbeAudit(of: table, truth: truth, codes: ["a", "b"], settings: settings(pairs: true))
        #expect(audit.leaks.isEmpty && audit.labels.isEmpty)
        #expect(throws: SplitError.foldCount(asked: 5, samples: 3)) {
            try ProbeAudit(
                of: table.selecting(rows: [0, 1, 2]), truth: truth.selecting(rows: [0, 1, 2]), codes: ["a", "b"],
                settings: settings())
        }
    }

    @Test func `progress is reported for every permutation`() throws {
        let done = Atomic<Int>(0)
        let table = table(noise: 2, [], rows: 40)
        let truth = Truth.oneHot((0 ..< 40).map { $0 % 2 }, count: 2)
        _ = try ProbeAudit(of: table, truth: truth, codes: ["a", "b"], settings: settings(pairs: true)) { _, total in
            #expect(total == 200)
            done.add(1, ordering: .relaxed)
        }
        #expect(done.load(ordering: .relaxed) == 200)
    }
}
