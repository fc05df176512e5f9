import Distribution
import Files
import Foundation
import LinearAlgebra
import Synchronization
import TestSupport
import Testing

@testable import Pretraining
@testable import Runs

/// Runs on several ranks, which are threads of this process.
@Suite struct PretrainingRunRanksTests {
    private struct Interruption: Error {}

    /// Runs in all ranks. Returns the errors by rank.
    @discardableResult
    private static func run(
        _ sample: SamplePretraining, _ name: String, ranks count: Int, _ overrides: [String] = [],
        resume: Bool = false, stopAfter stage: (rank: Int, stage: PretrainingRun.Stage)? = nil
    ) throws -> [String] {
        let pretraining = try sample.pretraining(overrides)
        let output = sample.scratch(name)
        return LocalRanks.run(count) { ranks in
            let stop = StopRequest()
            do {
                let outcome = try pretraining.run(
                    output: output, resume: resume, workers: Workers(count: 1 + ranks.rank % 2), ranks: ranks,
                    stop: stop
                ) { if let stage, stage.rank == ranks.rank, $0 == stage.stage { stop.request() } }
                #expect((outcome != nil) == ranks.isFirst)
                return ""
            } catch { return "\(error)" }
        }
    }

    @Test func `weights, curves and metrics have the same bytes for 1, 2, 3 and 4 ranks`() throws {
        let sample = try SamplePretraining()
        try sample.run("1")
        let expected = try sample.results("1")
        for count in 2 ... 4 {
            #expect(try Self.run(sample, "\(count)", ranks: count) == Array(repeating: "", count: count))
            #expect(try sample.results("\(count)") == expected, "\(count) ranks")
        }
    }

    @Test func `a signal to any rank stops all, and any number of ranks goes on from the checkpoint`() throws {
        let sample = try SamplePretraining()
        try sample.run("whole")
        let expected = try sample.results("whole")
        var checkpoints: [Data] = []
        for (before, after) in [(1, 3), (3, 1), (2, 4), (4, 2)] {
            let name = "\(before)-\(after)"
            let errors = try Self.run(
                sample, name, ranks: before, stopAfter: (rank: before - 1, stage: .step(1, 0)))
            #expect(errors.allSatisfy { $0.contains("Interrupted.") } && errors.count == before)
            checkpoints.append(try Data(contentsOf: URL(fileURLWithPath: sample.scratch("\(name)/checkpoint.h5"))))
            #expect(try Self.run(sample, name, ranks: after, resume: true).allSatisfy { $0.isEmpty })
            #expect(try sample.results(name) == expected, "\(name)")
        }
        #expect(checkpoints.allSatisfy { $0 == checkpoints[0] })
    }

    @Test func `the log has the rate of each rank, and other ranks write nothing`() throws {
        let sample = try SamplePretraining()
        try Self.run(sample, "run", ranks: 3)
        let log = try FileContent.text(of: sample.scratch("run/log.txt"))
        #expect(log.split(separator: "\n").count { $0.contains("Epoch 1 of 2") } == 1)
        #expect(log.contains(/images\/s \(ranks: [0-9]+, [0-9]+, [0-9]+\)/))
        #expect(log.contains("3 ranks on "))
        #expect(try sample.scratch.names().sorted() == ["data", "run"])
    }

    @Test func `more ranks than pieces are an error before training`() throws {
        let sample = try SamplePretraining()
        let errors = try Self.run(sample, "run", ranks: 9)
        #expect(errors.count == 9)
        for error in errors {
            #expect(error.contains("9 ranks cannot divide a step of 8 pictures, which has 8 pieces. Start at most 8"))
        }
    }

    @Test func `ranks with different pictures are an error that names the rank`() throws {
        let (sample, other) = (try SamplePretraining(), try SamplePretraining())
        try other.scratch.write("data/N/more.png", SamplePictures.png(99))
        let runs = [try sample.pretraining(), try other.pretraining()]
        let errors = LocalRanks.run(2) { ranks -> String in
            do {
                _ = try runs[ranks.rank].run(
                    output: sample.scratch("run"), resume: false, workers: Workers(count: 1), ranks: ranks,
                    stop: StopRequest()
                ) { _ in }
                return ""
            } catch { return "\(error)" }
        }
        #expect(errors.allSatisfy { $0.contains("rank 1 on ") && $0.contains("pictures") }, "\(errors)")
        #expect(try sample.scratch.names() == ["data"])
    }

    @Test func `a dry run tells the part of each rank`() throws {
        let sample = try SamplePretraining()
        let pretraining = try sample.pretraining()
        let plans = LocalRanks.run(3) { ranks in
            (try? pretraining.plan(ranks: ranks, workers: Workers(count: 2))) ?? ""
        }
        let host = Ranks.alone.hosts[0]
        #expect(plans[0].contains("Ranks: 3\n  rank 0 on \(host): 2 of 8 images per step, "))
        #expect(plans[0].contains("  rank 2 on \(host): 3 of 8 images per step, "))
        #expect(plans[0].contains("threads: 2"))
    }
}
