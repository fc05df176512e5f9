import ClassificationMetrics
import Files
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Evaluation
@testable import Runs

struct TrackingTests {
    private struct Found: Decodable {
        struct Run: Decodable {
            let experiment, id, name, status: String
            let milliseconds: Int
            let metrics: [String: Double]
            let params, tags: [String: String]
            let artifacts: [String]
        }
        let experiments: [String]
        let runs: [Run]
    }

    private static func sample(in folder: String, _ change: (inout SampleRun) -> Void = { _ in }) throws -> RunFolder {
        var sample = SampleRun()
        change(&sample)
        let run = try sample.write(to: folder)
        try EnvironmentRecord(workers: Workers(count: 1)).write(to: run[.environment])
        try AtomicFile.write("model", to: run[.model])
        try AtomicFile.write("report", to: run[.report])
        try AtomicFile.makeFolder(run.plots)
        try AtomicFile.write("<svg/>", to: "\(run.plots)/roc.svg")
        return run
    }

    private static func store(_ folder: String) -> String { "\(folder)/mlruns" }

    private static func read(_ store: String) throws -> Found {
        try JSONDecoder().decode(Found.self, from: ReferencePython.run(script: "read_mlflow.py", store))
    }

    @Test func `off writes nothing`() throws {
        try SampleRun.inFolder { folder in
            let written = try Tracking.off.record(RunFolder(path: folder), store: Self.store(folder))
            let found = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(written.isEmpty && found.isEmpty)
        }
    }

    @Test(.enabled(if: ReferencePython.isPresent, "\(ReferencePython.absence)"))
    func `MLflow reads the numbers, parameters, tags and files`() throws {
        try SampleRun.inFolder { folder in
            let before = Date()
            let run = try Self.sample(in: "\(folder)/it's a run: 1") {
                $0.warnings = ["the color of the ink is still there"]
                $0.configuration["dataset.path"] = "a folder: with #signs 'quoted'"
            }
            let end = Date() + 3
            _ = try Tracking.mlruns.record(run, store: Self.store(folder), end: end)
            let found = try Self.read(Self.store(folder))
            #expect(found.experiments == ["Default", "sample"])
            #expect(found.runs.count == 1)
            let tracked = try #require(found.runs.first)
            #expect(tracked.experiment == "sample" && tracked.name == "it's a run: 1" && tracked.status == "FINISHED")
            // Times are stored to the second or better.
            #expect((2000 ... Int(end.timeIntervalSince(before) * 1000) + 1000).contains(tracked.milliseconds))
            let result = try EvaluationResult(contentsOf: run[.metrics])
            for key in MetricKey.allCases { #expect(tracked.metrics[key.rawValue] == result.metrics[key], "\(key)") }
            #expect(tracked.metrics["per_label.X.1.f1"] == result.perLabel["X.1"]?.f1)
            #expect(tracked.metrics["members.mlaram.f1_macro"] == result.members["mlaram"]?[.f1Macro])
            #expect(tracked.metrics["interval.f1_macro.low"] == result.intervals["f1_macro"]?[0])
            #expect(tracked.metrics["n"] == 40)
            let configuration = try StoredConfiguration.read(run[.configuration])
            #expect(tracked.params == configuration)
            #expect(tracked.params["dataset.path"] == "a folder: with #signs 'quoted'")
            #expect(tracked.tags["heartsense.dataset_sha256"] == result.inputs.datasetSHA256.description)
            #expect(tracked.tags["mlflow.note.content"] == "**Warning.** the color of the ink is still there.")
            #expect(
                tracked.artifacts == [
                    "config.yaml", "environment.json", "metrics.json", "model.h5", "plots", "predictions.csv",
                    "report.html",
                ])
        }
    }

    @Test(.enabled(if: ReferencePython.isPresent, "\(ReferencePython.absence)"))
    func `MLflow migrates the store into its database`() throws {
        try SampleRun.inFolder { folder in
            _ = try Tracking.mlruns.record(
                try Self.sample(in: "\(folder)/run"), store: Self.store(folder))
            let database = "sqlite:///\(folder)/mlflow.db"
            _ = try ReferencePython.run([
                "-m", "mlflow", "migrate-filestore", "--source", folder, "--target", database, "--no-progress",
            ])
            let migrated = try Self.read(database)
            let original = try Self.read(Self.store(folder))
            #expect(migrated.experiments == original.experiments)
            #expect(migrated.runs.count == 1)
            #expect(migrated.runs.first?.metrics == original.runs.first?.metrics)
            #expect(migrated.runs.first?.params == original.runs.first?.params)
            #expect(migrated.runs.first?.id == original.runs.first?.id)
        }
    }

    @Test(.enabled(if: ReferencePython.isPresent, "\(ReferencePython.absence)"))
    func `TensorBoard reads the numbers and curves of a run`() throws {
        try SampleRun.inFolder { folder in
            let run = try Self.sample(in: "\(folder)/run")
            _ = try Tracking.mlruns.record(run, store: Self.store(folder))
            let text = try ReferencePython.run(script: "read_tensorboard.py", "\(run.path)/tensorboard")
            struct Document: Decodable { let scalars: [String: [[Double]]] }
            let scalars = try JSONDecoder().decode(Document.self, from: text).scalars
            let result = try EvaluationResult(contentsOf: run[.metrics])
            let f1 = try #require(result.metrics[.f1Macro])
            #expect(scalars["metrics/f1_macro"]?.first?[1] == Double(Float(f1)))
            let roc = try #require(scalars["roc/N"])
            #expect(roc.map { Int($0[0]) } == Array(stride(from: 0, through: 1000, by: 10)))
            #expect(roc.last?[1] == 1)
            #expect(zip(roc, roc.dropFirst()).allSatisfy { $0[1] <= $1[1] })
            // The trapezoids under a hundred points of the curve have its area.
            let area = zip(roc, roc.dropFirst()).reduce(0) { $0 + ($1.0[1] + $1.1[1]) / 200 }
            let expected = try #require(result.perLabel["N"]?.rocAUC)
            #expect(abs(area - expected) < 0.02)
        }
    }

    @Test func `tracking a run again replaces it, another run is added to the same experiment`() throws {
        try SampleRun.inFolder { folder in
            let (one, other) = (try Self.sample(in: "\(folder)/a"), try Self.sample(in: "\(folder)/b"))
            for run in [one, one, other] { _ = try Tracking.mlruns.record(run, store: Self.store(folder)) }
            let experiments = try FileManager.default.contentsOfDirectory(atPath: Self.store(folder)).sorted()
            #expect(experiments == ["0", MLflowStore.identity(ofExperiment: "sample")])
            let entries = try FileManager.default.contentsOfDirectory(atPath: "\(Self.store(folder))/\(experiments[1])")
            #expect(entries.filter { $0 != "meta.yaml" }.count == 2)
            // The model is hard-linked and takes no extra space.
            let identity = try #require(entries.first { $0 != "meta.yaml" })
            let model = "\(Self.store(folder))/\(experiments[1])/\(identity)/artifacts/model.h5"
            let links = try FileManager.default.attributesOfItem(atPath: model)[.referenceCount] as? Int
            #expect(try #require(links) >= 2)
        }
    }

    @Test func `an experiment created by MLflow is found by its name`() throws {
        try SampleRun.inFolder { folder in
            let store = Self.store(folder)
            try AtomicFile.makeFolder("\(store)/12345")
            try AtomicFile.write(
                "artifact_location: file:///x\nexperiment_id: '12345'\nlifecycle_stage: active\nname: sample\n",
                to: "\(store)/12345/meta.yaml")
            let written = try Tracking.mlruns.record(Self.sample(in: "\(folder)/run"), store: store)
            #expect(written[0].hasPrefix("\(store)/12345/"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: store) == ["12345"])
        }
    }

    @Test func `a failure leaves no incomplete run`() throws {
        try SampleRun.inFolder { folder in
            let run = try Self.sample(in: "\(folder)/run")
            let store = Self.store(folder)
            let experiment = MLflowStore.identity(ofExperiment: "sample")
            try AtomicFile.makeFolder("\(store)/\(experiment)")
            // A damaged experiment description.
            try AtomicFile.write("name: [", to: "\(store)/\(experiment)/meta.yaml")
            #expect(throws: TrackingError.self) { _ = try Tracking.mlruns.record(run, store: store) }
            try FileManager.default.removeItem(atPath: "\(store)/\(experiment)/meta.yaml")
            // The run's folder is blocked by a file.
            let identity = MLflowRun(try RunRecord(of: run, end: Date())).identity
            try AtomicFile.write("", to: "\(store)/.writing-\(identity)-\(getpid())")
            #expect(throws: FileError.self) { _ = try Tracking.mlruns.record(run, store: store) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: store) == [experiment])
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(store)/\(experiment)") == ["meta.yaml"])
            _ = try Tracking.mlruns.record(run, store: store)
            #expect(FileManager.default.fileExists(atPath: "\(store)/\(experiment)/\(identity)/meta.yaml"))
        }
    }

    @Test(arguments: [
        ("per_label.N.f1", "per_label.N.f1"), ("per_label.../../x.f1", "per_label..._.._x.f1"), ("..", "_.."),
        ("a/b|é", "a_b_é"), ("e\u{301}", "é"), ("房颤", "房颤"), ("", "_"),
    ])
    func `no key leaves its folder`(key: String, name: String) {
        #expect(MLflowRun.fileName(key) == name)
    }

    @Test func `keys that differ in any character have different files`() {
        let keys =
            ["é", "è", "ä", "房颤", "房扑", "a+b", "a*b", "a&b", "a_b-2", "क्षि", "क्षी", String(repeating: "颤", count: 100)]
            .map { "per_label.\($0).f1" } + [String(repeating: "颤", count: 100) + "x"]
        let names = MLflowRun.fileNames(keys)
        #expect(Set(names).count == keys.count, "\(names)")
        #expect(names.allSatisfy { $0.utf8.count < 220 })
        #expect(
            names[0] == "per_label.é.f1"
                && names[5 ... 7] == ["per_label.a_b.f1", "per_label.a_b.f1-2", "per_label.a_b.f1-3"])
    }

    @Test(.enabled(if: ReferencePython.isPresent, "\(ReferencePython.absence)"))
    func `MLflow reads the metrics of labels that differ in letters of any script`() throws {
        try SampleRun.inFolder { folder in
            let run = try Self.sample(in: "\(folder)/run")
            let renamed = try FileContent.text(of: run[.metrics])
                .replacing("\"N\"", with: "\"é\"").replacing("\"V\"", with: "\"è\"").replacing(
                    "\"X.1\"", with: "\"房颤\"")
            try AtomicFile.write(renamed, to: run[.metrics])
            try MLflowStore(root: Self.store(folder)).write(MLflowRun(RunRecord(of: run, end: Date())))
            let result = try EvaluationResult(contentsOf: run[.metrics])
            let metrics = try #require(try Self.read(Self.store(folder)).runs.first?.metrics)
            for code in ["é", "è", "房颤"] {
                #expect(metrics["per_label.\(code).f1"] == result.perLabel[code]?.f1, "\(code)")
            }
        }
    }
}
