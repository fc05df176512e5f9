import ClassificationMetrics
import Files
import Foundation
import Runs
import TestSupport
import Testing

@testable import ConfigurationKeys
@testable import Training

struct SearchPlanTests {
    private func plan(_ overrides: [String], search: String = "") throws -> SearchPlan {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = "name: s\ndataset:\n  path: x.arff\nclassifiers:\n  binary-relevance:\n    C: 1\n  mlaram:\n"
        try AtomicFile.write(text + search, to: "\(folder)/s.yaml")
        return try SearchPlan(file: "\(folder)/s.yaml", overrides: overrides)
    }

    @Test func `the block of the file and the command line name what is varied, the last key fastest`() throws {
        let block = """
            search:
              goal: hamming_loss
              folds: 7
              classifiers.binary-relevance.C: 0.1..10
              ensemble.vote: [soft, hard]
            """
        let plan = try plan([], search: block)
        #expect(plan.settings.goal == .hammingLoss && plan.settings.folds == 7 && !plan.settings.isNested)
        #expect(plan.axes.map(\.key) == ["classifiers.binary-relevance.C", "ensemble.vote"])
        #expect(
            plan.candidates.map(\.values) == [
                ["0.1", "soft"], ["0.1", "hard"], ["1", "soft"], ["1", "hard"], ["10", "soft"], ["10", "hard"],
            ], "the experiment as it is, C = 1 and soft, is among them")
        // The command line goes before the block: a value fixes the key, several replace what the block has.
        let other = try self.plan(
            ["ensemble.vote=soft", "classifiers.binary-relevance.C=2,3", "search.folds=4", "search.nested=true"],
            search: block)
        #expect(other.axes.map(\.key) == ["classifiers.binary-relevance.C"])
        #expect(other.candidates.map(\.values) == [["1"], ["2"], ["3"]])
        #expect(other.candidates.map(\.number) == [0, 1, 2], "the experiment as it is comes first")
        #expect(other.settings.folds == 4 && other.settings.isNested)
    }

    @Test func `drawn candidates are different, follow from the seed, and end where there are no more`() throws {
        let axes = ["classifiers.binary-relevance.C=1e-3..1e3", "ensemble.vote=soft,hard", "search.candidates=20"]
        let (one, two) = (try plan(axes), try plan(axes))
        #expect(one.text == two.text && one.candidates.count == 21)
        #expect(Set(one.candidates.map { $0.configuration.yaml }).count == 21)
        #expect(try plan(axes + ["seed=2"]).text != one.text)
        #expect(try plan(["ensemble.vote=soft,hard", "search.candidates=50"]).candidates.count == 2)
    }

    @Test func `a key of whole numbers gets whole numbers, and members can be switched`() throws {
        let whole = try plan(["balance.undersample_above=100..5000/3"])
        #expect(whole.candidates.dropFirst().map(\.values) == [["100"], ["707"], ["5000"]])
        let switched = try plan(["classifiers.mlaram=on,off"])
        #expect(switched.candidates.map { $0.configuration.members.count } == [2, 1])
    }

    @Test func `a search without anything to compare, or of what cannot be compared, is refused`() throws {
        for key in ["name", "seed", "dataset.folds", "evaluation.bootstrap", "audit", "uncertainty.minimum_confidence"]
        {
            #expect("\(key)") {
                try plan(["\(key)=[1,2]"])
            } throws: { error in
                if case SearchError.notAnAxis(key, _)? = error as? SearchError { true } else { false }
            }
        }
        #expect(throws: SearchError.self) { try plan(["seed=5"]) }
        #expect(throws: SearchError.twoAxes(key: "ensemble.vote")) {
            try plan(["ensemble.vote=soft,hard", "ensemble.vote=hard"])
        }
        #expect(throws: SearchError.tooMany(limit: 10_000)) {
            try plan(["classifiers.binary-relevance.C=1..2/1000", "classifiers.mlaram.vigilance=0..1/11"])
        }
        #expect(throws: ConfigurationError.self) { try plan(["ensemble.vote=soft,loud"]) }
        #expect(throws: ConfigurationError.self) { try plan(["ensemble.vot=soft,hard"]) }
        #expect(throws: ConfigurationError.self) { try plan(["ensemble.vote=soft,hard", "search.goal=f2"]) }
        #expect(throws: ConfigurationError.self) {
            try plan(["ensemble.vote=soft,hard", "search.goal=uncertain_fraction"])
        }
        #expect(throws: ConfigurationError.self) { try plan(["ensemble.vote=soft,hard", "search.fold=5"]) }
        #expect(throws: ConfigurationError.self) { try plan([], search: "search: 5") }
        #expect(throws: ConfigurationError.self) { try plan([], search: "search:\n  ensemble.vote:\n    soft: 1") }
    }

    @Test(arguments: [("ecg-image-search", 101), ("multilabel-search", 72)])
    func `the searches that come with the product can be read`(name: String, candidates: Int) throws {
        let file = SharedMaterial.checkout.appendingPathComponent("experiments/\(name).yaml").path
        #expect(try SearchPlan(file: file, overrides: []).candidates.count == candidates)
    }

    @Test func `training passes over the block, and the help of the configuration shows it`() throws {
        let yaml = "name: s\ndataset:\n  path: x\nsearch:\n  ensemble.vote: [soft, hard]\n"
        let configuration = try ExperimentConfiguration(Settings(yaml: yaml, file: "s.yaml", overrides: []))
        #expect(!configuration.yaml.contains("search"))
        #expect(ExperimentConfiguration.commentedDefaults.contains("  goal: f1_macro"))
    }
}
