import ClassificationMetrics
import Files
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Evaluation

struct RunComparisonTests {
    private static let bootstrap = Bootstrap(replicates: 60, seed: 1)

    private static func comparison(_ samples: [SampleRun], in folder: String) throws -> RunComparison {
        let runs = try samples.enumerated().map { index, sample in
            try sample.write(to: "\(folder)/\(index)")
            return try ComparedRun(contentsOf: "\(folder)/\(index)")
        }
        return try RunComparison(of: runs, bootstrap: bootstrap, workers: Workers(count: 1))
    }

    @Test func `a worse run is worse for metrics of both directions`() throws {
        try SampleRun.inFolder { folder in
            let comparison = try Self.comparison(
                [SampleRun(rows: 90, skill: 0.95), SampleRun(rows: 90, seed: 2, skill: 0.3)], in: folder)
            let pair = comparison.pairs[0]
            let f1 = try #require(pair.differences[.f1Macro])
            let loss = try #require(pair.differences[.hammingLoss])
            #expect(try #require(f1.difference) < -0.3 && f1.verdict(.f1Macro) == "worse")
            #expect(try #require(loss.difference) > 0.1 && loss.verdict(.hammingLoss) == "worse")
            #expect(pair.differences[.uncertainFraction]?.verdict(.uncertainFraction) == nil)
            #expect(pair.tests.allSatisfy { $0.onlyFirstRight > $0.onlySecondRight })
            #expect(pair.correctedPValues == holmCorrected(pair.tests.map(\.pValue)))
        }
    }

    @Test func `the numbers are those of the libraries on the stored scores`() throws {
        try SampleRun.inFolder { folder in
            let (one, other) = (SampleRun(), SampleRun(seed: 3, skill: 0.5))
            let comparison = try Self.comparison([one, other], in: folder)
            func set(_ table: PredictionTable) throws -> ScoredSet {
                try ScoredSet(
                    truth: table.truth, scores: table.scores, decision: table.decision, uncertain: table.uncertain)
            }
            let expected = Self.bootstrap.differences(first: try set(one.table), second: try set(other.table))
            #expect(comparison.pairs[0].differences == expected)
            #expect(!comparison.isGrouped)
        }
    }

    @Test func `groups known in one run are resampled whole`() throws {
        try SampleRun.inFolder { folder in
            var grouped = SampleRun(seed: 3, skill: 0.5)
            grouped.groups = (0 ..< 40).map { "p\($0 / 8)" }
            let comparison = try Self.comparison([SampleRun(), grouped], in: folder)
            let plain = try Self.comparison([SampleRun(), SampleRun(seed: 3, skill: 0.5)], in: "\(folder)/plain")
            #expect(comparison.isGrouped)
            #expect(
                comparison.pairs[0].differences[.f1Macro]?.interval != plain.pairs[0].differences[.f1Macro]?.interval)
            #expect(ComparisonTables(comparison).terminalText.contains("by group (patient)"))
        }
    }

    @Test func `each run is compared with the first`() throws {
        try SampleRun.inFolder { folder in
            let comparison = try Self.comparison(
                [SampleRun(), SampleRun(seed: 2), SampleRun(seed: 1, skill: 0.7)], in: folder)
            #expect(comparison.pairs.map(\.second.path) == ["\(folder)/1", "\(folder)/2"])
            // The third equals the first.
            #expect(
                comparison.pairs[1].differences.values.allSatisfy { ($0.difference ?? 0) == 0 && !$0.isSignificant })
            #expect(comparison.pairs[1].configuration == [])
        }
    }

    @Test func `other samples, truth or labels are rejected with a message`() throws {
        try SampleRun.inFolder { folder in
            var paths = (0 ..< 40).map { "\($0).png" }
            paths.swapAt(0, 1)
            let cases: [(SampleRun, String)] = [
                (SampleRun(rows: 30), "found 30 samples, expected the 40 samples of \(folder)/0; 30 are in both"),
                (SampleRun(paths: paths), "in a different order"),
                (
                    SampleRun(truthShift: 1),
                    "found the truth N for 5.png, expected X.1 as in \(folder)/0; 1 sample differs"
                ),
            ]
            for (sample, sentence) in cases {
                let error = #expect(throws: ComparisonError.self) {
                    _ = try Self.comparison([SampleRun(), sample], in: folder)
                }
                #expect("\(try #require(error))".contains(sentence))
                try FileManager.default.removeItem(atPath: "\(folder)/1")
            }
            let error = #expect(throws: ComparisonError.self) { _ = try ComparedRun(contentsOf: folder) }
            #expect("\(try #require(error))".contains("no predictions.csv found"))
        }
    }

    @Test func `configuration differences are listed, and a missing configuration is reported`() throws {
        try SampleRun.inFolder { folder in
            var other = SampleRun(seed: 2)
            other.configuration = ["name": "sample", "seed": "2", "balance.undersample_above": "4000"]
            let comparison = try Self.comparison([SampleRun(), other], in: folder)
            #expect(
                comparison.pairs[0].configuration == [
                    .init(key: "balance.undersample_above", first: nil, second: "4000"),
                    .init(key: "classifiers.ml-svm.C", first: "5", second: nil),
                    .init(key: "seed", first: "1", second: "2"),
                ])
            try FileManager.default.removeItem(atPath: "\(folder)/1/config.yaml")
            let without = try RunComparison(
                of: [ComparedRun(contentsOf: "\(folder)/0"), ComparedRun(contentsOf: "\(folder)/1/")],
                bootstrap: Self.bootstrap, workers: Workers(count: 1))
            #expect(without.pairs[0].configuration == nil)
            #expect(ComparisonTables(without).markdown.contains("B has no config.yaml"))
        }
    }

    @Test func `warnings and different pictures with the same names are reported`() throws {
        try SampleRun.inFolder { folder in
            var other = SampleRun(seed: 2)
            other.datasetDigest = Digest(of: "other data")
            other.warnings = ["the color of the ink is still in the pictures"]
            let notes = try Self.comparison([SampleRun(), other], in: folder).pairs[0].notes
            #expect(notes.count == 2)
            #expect(notes[0].contains("content of the datasets differs"))
            #expect(notes[1] == "\(folder)/1: the color of the ink is still in the pictures")
        }
    }

    @Test func `the JSON has every metric and label`() throws {
        try SampleRun.inFolder { folder in
            let comparison = try Self.comparison([SampleRun(), SampleRun(seed: 2)], in: folder)
            // JSONDecoder reads doubles exactly, JSONSerialization does not.
            struct Document: Decodable {
                struct Difference: Decodable { let first, second, difference: Double?, interval: [Double]? }
                struct Pair: Decodable {
                    let metrics: [String: Difference]
                    let mcnemar: [String: [String: Double]]
                    let configuration: [String: [String?]]
                }
                let n: Int
                let comparisons: [Pair]
            }
            let document = try JSONDecoder().decode(Document.self, from: try comparison.json())
            #expect(document.n == 40 && document.comparisons.count == 1)
            let (found, pair) = (document.comparisons[0], comparison.pairs[0])
            #expect(Set(found.metrics.keys) == Set(MetricKey.allCases.map(\.rawValue)))
            for key in MetricKey.allCases {
                #expect(found.metrics[key.rawValue]?.difference == pair.differences[key]?.difference)
                let interval = pair.differences[key]?.interval
                #expect(found.metrics[key.rawValue]?.interval == interval.map { [$0.lower, $0.upper] })
            }
            for (index, code) in SampleRun.codes.enumerated() {
                let test = pair.tests[index]
                #expect(
                    found.mcnemar[code] == [
                        "only_first_right": Double(test.onlyFirstRight), "p": test.pValue,
                        "only_second_right": Double(test.onlySecondRight), "p_holm": pair.correctedPValues[index],
                    ])
            }
        }
    }

    @Test func `several runs are drawn into numbered files`() throws {
        try SampleRun.inFolder { folder in
            let comparison = try Self.comparison([SampleRun(), SampleRun(seed: 2), SampleRun(seed: 3)], in: folder)
            try ComparisonTables(comparison).draw(to: "\(folder)/plot.svg")
            #expect(try FileContent.text(of: "\(folder)/plot-2.svg").contains("f1_macro"))
            #expect(try FileContent.text(of: "\(folder)/plot-3.svg").contains("</svg>"))
        }
    }
}
