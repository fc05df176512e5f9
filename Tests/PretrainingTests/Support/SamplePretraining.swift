import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import ConfigurationKeys
@testable import Pretraining
@testable import Runs

/// A pretraining run of the smallest network on 32 × 32 pictures, fast enough for debug builds.
struct SamplePretraining {
    let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        _ = try SamplePictures.writeClasses(["N": 14, "S": 6, "V": 10], to: scratch, folder: "data")
    }

    static func configuration(_ overrides: [String], path: String) throws -> PretrainingConfiguration {
        let yaml = """
            name: sample
            seed: 3
            dataset:
              path: \(path)
            preprocessing:
              size: 32
            network:
              alpha: 0.05
            schedule:
              epochs: 2
              epoch_images: 16
              batch: 8
              warmup: 0.5
            """
        return try PretrainingConfiguration(
            Settings(yaml: yaml, file: "sample.yaml", overrides: overrides, of: .pretrain))
    }

    func pretraining(_ overrides: [String] = []) throws -> PretrainingRun {
        PretrainingRun(configuration: try Self.configuration(overrides, path: scratch("data")))
    }

    /// Runs to the end, unless `reached` throws.
    @discardableResult
    func run(
        _ name: String, _ overrides: [String] = [], resume: Bool = false, threads: Int = 2, stop: StopRequest? = nil,
        reached: (PretrainingRun.Stage) throws -> Void = { _ in }
    ) throws -> RunOutcome {
        let outcome = try pretraining(overrides).run(
            output: scratch(name), resume: resume, workers: Workers(count: threads), stop: stop ?? StopRequest(),
            reached: reached)
        return try #require(outcome)
    }

    /// Returns the files whose bytes do not depend on time or machine.
    func results(_ name: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for file in ["weights.h5", "metrics.csv", "config.yaml", "plots/loss.svg", "plots/score.svg"] {
            files[file] = try Data(contentsOf: URL(fileURLWithPath: "\(scratch(name))/\(file)"))
        }
        return files
    }
}
