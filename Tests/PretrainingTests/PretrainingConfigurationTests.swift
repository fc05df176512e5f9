import Imaging
import NeuralNetwork
import Runs
import TestSupport
import Testing

@testable import ConfigurationKeys
@testable import Pretraining

struct PretrainingConfigurationTests {
    private func configuration(_ overrides: String...) throws -> PretrainingConfiguration {
        try SamplePretraining.configuration(overrides, path: "data")
    }

    @Test func `the listing is a valid file with the defaults, once its placeholders are filled`() throws {
        let filled = PretrainingConfiguration.commentedDefaults.replacing("…", with: "x")
        let listed = try Settings(yaml: filled, file: "defaults", overrides: [], of: .pretrain)
        let smallest = try Settings(
            yaml: "name: x\ndataset: {path: x}", file: "smallest", overrides: [], of: .pretrain)
        #expect(listed.values == smallest.values)
        #expect(!filled.contains("classifiers") && filled.contains("undersample_above") == false)
        #expect(try PretrainingConfiguration(listed).augmentation == AugmentationStrengths())
    }

    @Test func `every choice of a key is a case of the type that reads it`() throws {
        let types: [(key: String, cases: [String])] = [
            ("classes.sampling", ClassSampling.allCases.map(\.rawValue)),
            ("classes.weight", PositiveWeight.allCases.map(\.rawValue)),
            ("network.precision", WeightsFile.Precision.allCases.map(\.rawValue)),
            ("schedule.keep", PretrainingConfiguration.ScheduleSection.Kept.allCases.map(\.rawValue)),
        ]
        for (key, cases) in types { #expect(ExperimentKeys.table[key]?.form == .choice(cases), "\(key)") }
        for rule in ["adamw", "sgd"] { _ = try configuration("optimizer.rule=\(rule)") }
        for statistics in ["training", "frozen"] { _ = try configuration("network.batch_normalisation=\(statistics)") }
    }

    @Test func `a resolved configuration reads back as equal`() throws {
        let first = try configuration("augmentation.rotation=7", "network.frozen=Conv1, block_1_")
        let again = try PretrainingConfiguration(
            Settings(yaml: first.yaml, file: "again", overrides: [], of: .pretrain))
        #expect(again.resolved == first.resolved && again.augmentation.rotation == 7)
        #expect(again.network.frozen == ["Conv1", "block_1_"])
    }

    @Test func `several data sets are separated by commas, or given as a list`() throws {
        #expect(try configuration("dataset.path=a, b,c").dataset.paths == ["a", "b", "c"])
        let list = try PretrainingConfiguration(
            Settings(yaml: "name: x\ndataset:\n  path: [a, b]", file: "list", overrides: [], of: .pretrain))
        #expect(list.dataset.paths == ["a", "b"])
        let scratch = try Scratch()
        let file = try scratch.write("p.yaml", "name: x\ndataset:\n  path: x\n")
        let quoted = try PretrainingConfiguration(
            file: file, overrides: [#"dataset.path="a,b",c\,d"#, "dataset.labels='e,f'"])
        #expect(quoted.dataset.paths == ["a,b", "c,d"] && quoted.dataset.labels == "e,f")
    }

    @Test func `every section is read from its keys`() throws {
        let made = try configuration(
            "optimizer.rule=sgd", "optimizer.momentum=0.8", "optimizer.clip=off", "optimizer.average=off",
            "network.batch_normalisation=frozen", "schedule.patience=3", "schedule.keep=best",
            "classes.sampling=uniform", "network.precision=float16")
        #expect(made.optimizer.rule == .sgd(momentum: 0.8))
        #expect(made.optimizer.clip == nil && made.optimizer.average == nil)
        #expect(made.network.normalization == .frozen && made.network.precision == .float16)
        #expect(made.schedule.patience == 3 && made.schedule.keep == .best && made.classes.sampling == .uniform)
    }

    @Test(arguments: [
        ("optimizer.rule=adam", "adamw or sgd"), ("augmentation.rotation=90", "0 to 45"),
        ("schedule.batch=1", "from 2 to 1024"), ("preprocessing.ink=as-drawn", "must not learn the color"),
        ("augmentation.rotatoin=3", "Did you mean augmentation.rotation?"),
        ("classifiers.mlaram.vigilance=0.5", "key of another command"), ("preprocessing.size=100", "multiple of 32"),
        ("optimizer.rate=fast", "a number"),
    ])
    func `a wrong value is rejected with the expected values`(override: String, expected: String) {
        #expect { try configuration(override) } throws: { "\($0)".contains(expected) }
    }

    @Test func `train ignores pretraining keys in a file, and rejects them as overrides`() throws {
        let yaml = "name: x\ndataset: {path: x}\noptimizer: {rate: 0.1}"
        let settings = try Settings(yaml: yaml, file: "x", overrides: [])
        #expect(settings.values["optimizer.rate"] == nil)
        #expect(throws: ConfigurationError.keyOfOther(key: "optimizer.rate", program: .train)) {
            try Settings(yaml: yaml, file: "x", overrides: ["optimizer.rate=0.2"])
        }
    }
}
