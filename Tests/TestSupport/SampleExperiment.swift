import ConfigurationKeys
import Datasets
import Files
import Foundation
import Inference
import LinearAlgebra
import Runs
import Training

/// A small experiment on synthetic features, fast even in a debug build.
package struct SampleExperiment {
    /// Returns a table of three labels with six features that predict them.
    package static func table(
        rows: Int = 48, seed: UInt64 = 1, groups: (Int) -> String? = { _ in nil }, folds: (Int) -> Int? = { _ in nil },
        parts: (Int) -> Part? = { _ in nil }, twins: [(Int, Int)] = []
    ) -> FeatureTable {
        var generator = SeededGenerator(seed: seed, purpose: "sample experiment")
        let space = LabelSpace(named: "sample", ofForeignLabels: ["N", "S", "V"])
        var values: [Float] = []
        var samples: [Sample] = []
        for row in 0 ..< rows {
            let label = Int(generator.next() % 3)
            for feature in 0 ..< 6 {
                let noise = Float(generator.next() % 1000) / 500 - 1
                values.append((feature % 3 == label ? 1 : 0) + noise)
            }
            samples.append(
                Sample(path: "r\(row)", labels: [label], group: groups(row), part: parts(row), fold: folds(row)))
        }
        var pixels = (0 ..< rows).map { Digest(of: "pixels \($0)") }
        for (first, second) in twins { pixels[second] = pixels[first] }
        return FeatureTable(
            dataset: Dataset(root: "sample", labelSpace: space, samples: samples),
            features: Matrix(rows: rows, columns: 6, values: values), pixelDigests: pixels, digest: Digest(of: "sample")
        )
    }

    package static func configuration(_ overrides: [String], path: String = "sample") throws -> ExperimentConfiguration
    {
        let yaml = """
            name: sample
            seed: 3
            dataset:
              path: \(path)
              folds: 4
              tuning_folds: 2
            evaluation:
              bootstrap: 20
            """
        return try ExperimentConfiguration(Settings(yaml: yaml, file: "sample.yaml", overrides: overrides))
    }

    /// Returns an experiment on the recordings of `SampleRecordings`.
    package static func recordings(path: String, _ overrides: [String] = []) throws -> ExperimentConfiguration {
        try files(path: path, "recording", split: "folds", overrides)
    }

    /// Returns an experiment on the beats of `SampleBeats`.
    package static func beats(path: String, _ overrides: [String] = []) throws -> ExperimentConfiguration {
        try files(path: path, "beats", split: "group-kfold", ["dataset.folds=3"] + overrides)
    }

    private static func files(
        path: String, _ kind: String, split: String, _ overrides: [String]
    ) throws -> ExperimentConfiguration {
        let yaml = """
            name: sample-\(kind)
            input:
              kind: \(kind)
            dataset:
              path: \(path)
              split: \(split)
              tuning_folds: 2
            extractor:
              cache: off
            evaluation:
              bootstrap: 20
            """
        return try ExperimentConfiguration(Settings(yaml: yaml, file: "sample.yaml", overrides: overrides))
    }

    /// Writes the same experiment as an ARFF file with its label file.
    package static func writeARFF(to folder: String, rows: Int = 48) throws -> String {
        let table = table(rows: rows)
        var text = "@relation sample\n"
        for feature in 0 ..< 6 { text += "@attribute f\(feature) numeric\n" }
        for code in table.dataset.labelSpace.codes { text += "@attribute \(code) {0,1}\n" }
        text += "@data\n"
        for row in 0 ..< rows {
            let labels = (0 ..< 3).map { table.dataset.truth[row, $0] ? "1" : "0" }
            text += (table.features.row(row).map { "\($0)" } + labels).joined(separator: ",") + "\n"
        }
        try AtomicFile.write(text, to: "\(folder)/sample.arff")
        let names = table.dataset.labelSpace.codes.map { "<label name=\"\($0)\"/>" }.joined()
        try AtomicFile.write("<labels>\(names)</labels>", to: "\(folder)/sample.xml")
        return "\(folder)/sample.arff"
    }

    /// Creates a temporary folder. The caller removes it.
    package static func makeFolder() throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("experiments-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }
}
