import Files
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import ConfigurationKeys
@testable import Runs
@testable import Training

@Suite struct SweepTests {
    private func experiment(_ folder: String) throws -> String {
        let data = try SampleExperiment.writeARFF(to: folder)
        try AtomicFile.write(
            "name: sample\ndataset:\n  path: \(data)\n  folds: 2\nevaluation:\n  bootstrap: 10\n"
                + "classifiers:\n  binary-relevance:\n",
            to: "\(folder)/e.yaml")
        return "\(folder)/e.yaml"
    }

    @Test func `every combination is a point, the last axis fastest`() throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = try experiment(folder)
        let sweep = try #require(
            try Sweep(
                file: file,
                overrides: [
                    "seed=5", "classifiers.binary-relevance.C=0.1, 1", "ensemble.vote=soft,hard", "ensemble.weights=1",
                ]))
        #expect(sweep.axes.map(\.key) == ["classifiers.binary-relevance.C", "ensemble.vote"])
        #expect(sweep.points.map(\.values) == [["0.1", "soft"], ["0.1", "hard"], ["1", "soft"], ["1", "hard"]])
        #expect(sweep.points[1].folder == "2_classifiers.binary-relevance.C=0.1,ensemble.vote=hard")
        #expect(sweep.points.allSatisfy { $0.configuration.seed == 5 })
        #expect(sweep.points[2].configuration.resolved["classifiers.binary-relevance.C"] == "1")
    }

    @Test func `one value for each key is no sweep, a list in one key neither`() throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = try experiment(folder)
        #expect(try Sweep(file: file, overrides: ["seed=5"]) == nil)
        #expect(try Sweep(file: file, overrides: ["ensemble.weights=1,2,3"]) == nil)
        #expect(try Sweep(file: file, overrides: []) == nil)
        #expect(try Sweep(file: file, overrides: ["dataset.path=a\\,b"]) == nil)
        let paths = try #require(try Sweep(file: file, overrides: ["dataset.path=/x/a\\,b,../y\\z"]))
        #expect(paths.axes[0].values == ["/x/a,b", "../y\\z"])
        #expect(paths.points.map(\.folder) == ["1_dataset.path=a,b", "2_dataset.path=y_z"])
    }

    @Test func `a dry run checks the input of every run like that of a single one`() throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = try experiment(folder)
        func plan(_ overrides: String...) throws -> (text: String, failed: Int) {
            try SweepRun(#require(try Sweep(file: file, overrides: overrides))).plan()
        }
        let sound = try plan("seed=1,2")
        #expect(sound.failed == 0 && !sound.text.contains("Error"))
        #expect(sound.text.hasPrefix("2 runs:\n  1_seed=1\n  2_seed=2\n"))
        let path = try plan("dataset.path=\(folder)/sample.arff,\(folder)/none", "seed=1,2")
        #expect(path.failed == 2 && path.text.contains("3_"))
        #expect(path.text.contains("    Error: \(folder)/none: there is no such folder."))
        #expect(
            try plan("dataset.labels=none.yaml", "seed=1,2").text.contains("Error: none.yaml: there is no such file"))
        #expect(try plan("dataset.split=auto,group-kfold").failed == 1)
        #expect(try plan("dataset.folds=2,99", "dataset.split=kfold").failed == 1)
        for (code, number) in [("N", 1), ("N", 2), ("V", 3), ("V", 4)] {
            try AtomicFile.makeFolder("\(folder)/pictures/\(code)")
            try AtomicFile.write(SpikePicture.png(number), to: "\(folder)/pictures/\(code)/\(number).png")
        }
        let weights = try plan(
            "dataset.path=\(folder)/pictures", "extractor.weights=random,none.h5", "extractor.alpha=0.05")
        #expect(weights.failed == 1 && weights.text.contains("Error: none.h5: there is no such file"))
        #expect(weights.text.hasSuffix("This was a dry run: nothing was trained.\n"))
    }

    @Test func `a comma within a value is not a sweep`() throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = try experiment(folder)
        for value in [#"a\,b"#, #""a,b""#, "'a,b'"] {
            #expect(try Sweep(file: file, overrides: ["dataset.path=\(value)"]) == nil)
            let single = try ExperimentConfiguration(file: file, overrides: ["dataset.path=\(value)"])
            #expect(single.dataset.path == "a,b")
            let sweep = try #require(try Sweep(file: file, overrides: ["dataset.path=\(value)", "seed=1,2"]))
            #expect(sweep.points.allSatisfy { $0.configuration.dataset.path == "a,b" })
        }
        #expect(try ExperimentConfiguration(file: file, overrides: ["dataset.path=a,b"]).dataset.path == "a,b")
    }

    @Test func `a wrong sweep is refused before anything is run`() throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = try experiment(folder)
        let faults: [([String], SweepError)] = [
            (["name=a,b"], .name),
            (["seed=1,,2"], .emptyValue(key: "seed")),
            (["seed=1,"], .emptyValue(key: "seed")),
            (["seed=1,2,1"], .repeated(key: "seed", value: "1")),
            (["seed=1,2", "seed=3"], .twoAxes(key: "seed")),
            (
                ["seed", "dataset.folds", "dataset.tuning_folds"].map { key in
                    key + "=" + (2 ... 30).map(String.init).joined(separator: ",")
                }, .tooMany(limit: 10_000)
            ),
        ]
        for (overrides, expected) in faults {
            #expect(throws: expected) { try Sweep(file: file, overrides: overrides) }
        }
        #expect(throws: ConfigurationError.self) { try Sweep(file: file, overrides: ["ensemble.vote=soft,loud"]) }
        #expect(throws: ConfigurationError.self) { try Sweep(file: file, overrides: ["ensemble.vot=soft,hard"]) }
    }

    @Test func `runs that fail are listed, the others finish, and resume does only what is left`() throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = try experiment(folder)
        let missing = "\(folder)/later.arff"
        let sweep = try #require(
            try Sweep(file: file, overrides: ["dataset.path=\(folder)/sample.arff,\(missing)"]))
        let output = "\(folder)/sweep"
        let first = try #require(try SweepRun(sweep).run(output: output, resume: false, workers: Workers(count: 1)))
        #expect(first.failed == 1)
        #expect(first.summary.contains("Run 2 failed: \(missing): there is no such file"))
        let table = try CSVTable(contentsOf: "\(output)/summary.csv")
        let state = try #require(table.column(named: "state"))
        #expect(table.rows.map { $0.fields[state] } == ["finished", "failed"])
        #expect(try FileContent.text(of: "\(output)/summary.md").contains("| failed |"))
        #expect(FileManager.default.fileExists(atPath: "\(output)/summary.svg"))

        let before = try FileContent.bytes(of: "\(output)/1_dataset.path=sample.arff/log.txt")
        for name in ["arff", "xml"] {
            try FileManager.default.copyItem(atPath: "\(folder)/sample.\(name)", toPath: "\(folder)/later.\(name)")
        }
        let second = try #require(try SweepRun(sweep).run(output: output, resume: true, workers: Workers(count: 1)))
        #expect(second.failed == 0)
        #expect(try FileContent.bytes(of: "\(output)/1_dataset.path=sample.arff/log.txt") == before)
        let macro = try #require(table.column(named: "f1_macro"))
        let after = try CSVTable(contentsOf: "\(output)/summary.csv")
        #expect(after.rows[0].fields[macro] == table.rows[0].fields[macro])
        #expect(!after.rows[1].fields[macro].isEmpty)

        let other = try #require(try Sweep(file: file, overrides: ["seed=1,2"]))
        #expect(throws: RunError.otherConfiguration(path: output)) {
            try SweepRun(other).run(output: output, resume: true, workers: Workers(count: 1))
        }
        #expect(throws: RunError.folderNotEmpty(path: output)) {
            try SweepRun(sweep).run(output: output, resume: false, workers: Workers(count: 1))
        }
    }
}
