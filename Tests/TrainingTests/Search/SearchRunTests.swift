import ClassificationMetrics
import Classifiers
import Datasets
import Files
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Evaluation
@testable import Inference
@testable import Runs
@testable import Training

struct SearchRunTests {
    private struct PowerFailure: Error {}

    /// A small experiment on an ARFF file, in a folder of its own.
    private struct Bench {
        let folder: String

        init(rows: Int = 48) throws {
            folder = try SampleExperiment.makeFolder()
            let data = try SampleExperiment.writeARFF(to: folder, rows: rows)
            try AtomicFile.write(
                "name: sample\ndataset:\n  path: \(data)\n  split: cross-fit\n  folds: 3\nevaluation:\n  bootstrap: 0\n"
                    + "classifiers:\n  binary-relevance:\n    C: 0.1\n  ml-svm:\nsearch:\n  folds: 3\n",
                to: "\(folder)/e.yaml")
        }

        func plan(_ overrides: String...) throws -> SearchPlan {
            try SearchPlan(file: "\(folder)/e.yaml", overrides: overrides)
        }

        func run(_ plan: SearchPlan, _ name: String, workers: Int = 2, resume: Bool = false) throws -> String {
            try SearchRun(plan).run(output: "\(folder)/\(name)", resume: resume, workers: Workers(count: workers))
                .folder.path
        }

        func remove() { try? FileManager.default.removeItem(atPath: folder) }
    }

    /// Every file but the log; what the summary says of its own folder is left out.
    private func content(_ folder: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder)
        where !["log.txt", "summary.txt", "manifest.sha256"].contains(name) {
            files[name] = try FileContent.bytes(of: "\(folder)/\(name)")
        }
        return files
    }

    @Test func `a candidate's score is what training with these settings has out of fold`() throws {
        let bench = try Bench()
        defer { bench.remove() }
        let folder = try bench.run(bench.plan("ensemble.vote=soft,hard,stacked"), "search")
        let table = try CSVTable(contentsOf: "\(folder)/candidates.csv")
        for (row, vote) in zip(table.rows, ["soft", "hard", "stacked"]) {
            let run = try TrainingRun(
                configuration: ExperimentConfiguration(
                    file: "\(bench.folder)/e.yaml", overrides: ["ensemble.vote=\(vote)"])
            ).run(output: "\(bench.folder)/\(vote)", resume: false, workers: Workers(count: 1)).folder
            let result = try EvaluationResult(contentsOf: run[.metrics])
            #expect(result.part == "out-of-fold")
            for key in MetricKey.allCases where key != .uncertainFraction {
                let column = try #require(table.column(named: key.rawValue))
                #expect(Double(row.fields[column]) == result.metrics[key], "\(vote) \(key)")
            }
        }
    }

    @Test func `the same search gives the same bytes with any number of workers`() throws {
        let bench = try Bench()
        defer { bench.remove() }
        let plan = try bench.plan(
            "classifiers.binary-relevance.C=0.01..10", "classifiers.ml-svm.C=1,5", "search.nested=true",
            "search.candidates=6")
        let one = try content(bench.run(plan, "one", workers: 1))
        let four = try content(bench.run(plan, "four", workers: 4))
        #expect(one == four)
        #expect(
            Set(one.keys).isSuperset(of: ["best.yaml", "candidates.csv", "search.json", "search.svg", "report.html"]))
        #expect(!one.keys.contains("checkpoint"))
        // The best candidate is an experiment file with a note on the bias of its score.
        let best = String(decoding: try #require(one["best.yaml"]), as: UTF8.self)
        #expect(best.contains("too optimistic") && best.contains("nested folds"))
        let configuration = try ExperimentConfiguration(file: "\(bench.folder)/one/best.yaml")
        #expect(plan.candidates.contains { $0.configuration.yaml == configuration.yaml })
    }

    @Test func `an interrupted search goes on behind what it has, and ends with the same bytes`() throws {
        let bench = try Bench()
        defer { bench.remove() }
        let plan = try bench.plan("classifiers.ml-svm.C=1,5", "ensemble.vote=soft,stacked")
        let whole = try content(bench.run(plan, "whole"))
        let output = "\(bench.folder)/broken"
        for (stage, resume) in [(SearchRun.Stage.fitted, false), (.scored(2), true)] {
            #expect(throws: PowerFailure.self) {
                try SearchRun(plan).run(output: output, resume: resume, workers: Workers(count: 1)) {
                    if $0 == stage { throw PowerFailure() }
                }
            }
        }
        let checkpoint = "\(output)/checkpoint"
        let kept = try FileManager.default.contentsOfDirectory(atPath: checkpoint).sorted()
        let values = kept.filter { $0.hasSuffix(".values.h5") }
        #expect(values.count == 6 && kept.contains { $0.hasSuffix(".score") })
        // What is damaged is made again, what is whole is not.
        var bytes = try FileContent.bytes(of: "\(checkpoint)/\(values[0])")
        bytes[100] ^= 1
        try AtomicFile.write(bytes, to: "\(checkpoint)/\(values[0])")
        try AtomicFile.write(bytes.prefix(90), to: "\(checkpoint)/\(values[1])")
        func date(_ name: String) throws -> Date? {
            try FileManager.default.attributesOfItem(atPath: "\(checkpoint)/\(name)")[.modificationDate] as? Date
        }
        let before = try values.map(date)
        #expect(throws: PowerFailure.self) {
            try SearchRun(plan).run(output: output, resume: true, workers: Workers(count: 3)) { _ in
                throw PowerFailure()
            }
        }
        let after = try values.map(date)
        #expect(zip(before, after).map { $0 != $1 } == [true, true, false, false, false, false])
        #expect(try content(bench.run(plan, "broken", resume: true)) == whole)
        let again = try SearchRun(plan).run(output: output, resume: true, workers: Workers(count: 1))
        #expect(again.summary.contains("is already finished"))
        #expect(throws: RunError.otherConfiguration(path: output)) {
            try bench.run(bench.plan("classifiers.ml-svm.C=1,6"), "broken", resume: true)
        }
        #expect(throws: RunError.folderNotEmpty(path: output)) { try bench.run(plan, "broken") }
    }

    /// The parts of a search of made-up rows, fitted.
    private func scoring(
        _ bench: Bench, _ plan: SearchPlan, flipping fold: Int? = nil,
        failures: (SearchFits) -> [Digest: String] = { _ in [:] }
    ) throws -> SearchScoring {
        var table = SampleExperiment.table(rows: 60, groups: { "g\($0 / 2)" })
        let rows = try SearchRows(of: table, plan: plan)
        if let fold {
            // Another label for every row of the fold, in the same folds.
            let samples = table.dataset.samples.enumerated().map { row, sample in
                rows.folds[row] == fold
                    ? Sample(path: sample.path, labels: [(sample.labels[0] + 1) % 3], group: sample.group) : sample
            }
            table = FeatureTable(
                dataset: Dataset(root: "sample", labelSpace: table.dataset.labelSpace, samples: samples),
                features: table.features, pixelDigests: table.pixelDigests, digest: Digest(of: "flipped \(fold)"))
        }
        let fits = SearchFits(
            plan: plan, tables: [table], tableOfCandidate: plan.candidates.map { _ in 0 }, rows: rows)
        let store = try OutOfFoldValues(folder: "\(bench.folder)/store")
        _ = try fits.run(into: store, memory: 1 << 20, workers: Workers(count: 2)) { _, _ in }
        return SearchScoring(plan: plan, fits: fits, store: store, failures: failures(fits))
    }

    @Test func `nothing that a nested search says of a fold knows its labels`() throws {
        let bench = try Bench()
        defer { bench.remove() }
        let plan = try bench.plan(
            "classifiers.binary-relevance.C=0.001,0.1,10", "ensemble.vote=soft,stacked", "search.nested=true",
            "search.goal=f1_micro", "balance.undersample_above=off")
        let plain = try scoring(bench, plan)
        let flipped = try scoring(bench, plan, flipping: 1)
        let places = plan.candidates.indices
        let (one, two) = (try places.map(plain.score), try places.map(flipped.score))
        #expect(one.map { $0.without[1] } == two.map { $0.without[1] })
        #expect(one.map { $0.without[0] } != two.map { $0.without[0] }, "the other folds have learnt from it")
        let (before, after) = (try #require(try plain.nestedScores(one)), try #require(try flipped.nestedScores(two)))
        #expect(before.choices[1] == after.choices[1])
        let held = plain.fits.rows.held([1])
        #expect(before.scores.selecting(rows: held) == after.scores.selecting(rows: held))
        #expect(before.decision.selecting(rows: held) == after.decision.selecting(rows: held))
        #expect(before.scores != after.scores)
    }

    @Test func `groups stay together, and every row is scored once`() throws {
        let bench = try Bench()
        defer { bench.remove() }
        let rows = try scoring(bench, bench.plan("ensemble.vote=soft,hard")).fits.rows
        #expect((0 ..< 30).allSatisfy { rows.folds[2 * $0] == rows.folds[2 * $0 + 1] })
        #expect(rows.leftOut(isNested: false).flatMap { rows.held($0) }.sorted() == Array(0 ..< 60))
        #expect(rows.leftOut(isNested: true) == [[0], [1], [2], [0, 1], [0, 2], [1, 2]])
        #expect(Set(rows.learning(without: [0, 2])) == Set(rows.held([1])))
    }

    @Test func `each setting is fitted once for each fold, whatever the number of candidates that have it`() throws {
        let bench = try Bench()
        defer { bench.remove() }
        let plan = try bench.plan(
            "classifiers.binary-relevance.C=0.1,1,10", "classifiers.ml-svm.C=1,5", "ensemble.vote=soft,hard")
        let fits = try scoring(bench, plan).fits
        #expect(plan.candidates.count == 12 && fits.settingCount == 5)
        #expect(fits.fitCount == 15 && fits.tasks.count == 6, "two paths for each of three folds")
    }

    @Test func `a candidate that cannot be fitted is listed, and the others are ranked`() throws {
        let bench = try Bench()
        defer { bench.remove() }
        let plan = try bench.plan("classifiers.ml-svm.gamma=0.1,0.2")
        let scoring = try scoring(bench, plan) { fits in
            let member = plan.candidates[1].configuration.members[1]
            return [fits.place(of: member, variant: 0, left: 0).key: "it will not"]
        }
        let scores = try plan.candidates.indices.map(scoring.score)
        #expect(scores.map(\.failure) == [nil, "it will not", nil])
        let result = SearchResult(
            plan: plan, scores: scores, nested: nil, rows: 60, foldCount: 3, hasTestPart: false, warnings: [])
        #expect(result.order.last == 1)
        #expect(result.csv.rows[1].fields.contains("it will not"))
        #expect(try result.terminalText(.plain, folder: "f").contains("1 candidates failed"))
        let none = SearchResult(
            plan: plan, scores: scores.map { _ in .failed("never") }, nested: nil, rows: 60, foldCount: 3,
            hasTestPart: false, warnings: [])
        #expect(throws: SearchError.nothingScored(goal: "f1_macro", reason: "never")) { try none.best() }
    }

    @Test func `losses rank from below, of equals the first wins, and what is undefined comes last`() {
        #expect(SearchRanking.order([0.2, nil, 0.5, 0.5], by: .f1Macro) == [2, 3, 0, 1])
        #expect(SearchRanking.order([0.2, nil, 0.5, .nan], by: .hammingLoss) == [0, 2, 1, 3])
        #expect(SearchRanking.best([nil, .nan], by: .f1Macro) == nil)
    }
}
