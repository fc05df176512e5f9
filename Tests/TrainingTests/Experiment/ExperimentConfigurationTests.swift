import Classifiers
import Datasets
import Evaluation
import Foundation
import Inference
import LinearAlgebra
import NeuralNetwork
import Runs
import TestSupport
import Testing

@testable import ConfigurationKeys
@testable import Training

struct ExperimentConfigurationTests {
    @Test func `the defaults are the documented ones`() throws {
        let configuration = try SampleConfiguration.with()
        #expect(configuration.seed == 1)
        #expect(configuration.dataset.labels == nil && configuration.dataset.split == .auto)
        #expect(configuration.preprocessing.ink == .neutral && configuration.preprocessing.size == 224)
        #expect(configuration.preprocessing.crop == nil && configuration.preprocessing.contrast == nil)
        #expect(configuration.extractor.weights == nil && configuration.extractor.cache == "runs/feature-cache")
        #expect(configuration.undersampleAbove == 4000)
        #expect(configuration.members.map(\.name) == ["binary-relevance", "mlaram", "ml-svm"])
        #expect(configuration.uncertainty.minimumConfidence == 0.5 && configuration.uncertainty.maximumSpread == nil)
        #expect(configuration.evaluation.bootstrap == 1000)
    }

    @Test func `the listing is an experiment file with the defaults, once its placeholders are filled`() throws {
        let filled = ExperimentConfiguration.commentedDefaults.replacing("…", with: "x")
        let listed = try Settings(yaml: filled, file: "defaults", overrides: [])
        let smallest = try Settings(yaml: "name: x\ndataset: {path: x}", file: "smallest", overrides: [])
        #expect(listed.values == smallest.values)
        #expect(listed.classifiers == smallest.classifiers)
    }

    @Test func `every choice of a key is a case of the type that reads it`() throws {
        let table = ExperimentKeys.table
        let types: [(key: String, cases: [String])] = [
            ("input.kind", InputKind.allCases.map(\.rawValue)),
            ("dataset.split", EvaluationProtocol.allCases.map(\.rawValue)),
            ("extractor.precision", Precision.allCases.map(\.rawValue)),
            ("audit", LeakPolicy.allCases.map(\.rawValue)),
            ("uncertainty.rule", UncertaintySection.Rule.allCases.map(\.rawValue)),
            ("tracking", Tracking.allCases.map(\.rawValue)),
        ]
        for (key, cases) in types {
            guard case .choice(let words) = table[key]?.form else {
                Issue.record("\(key)")
                continue
            }
            #expect(words.sorted() == cases.sorted(), "\(key)")
        }
    }

    @Test func `every value arrives where it belongs`() throws {
        let configuration = try SampleConfiguration.with(
            "seed=18446744073709551615", "dataset.labels=l.yaml", "dataset.split=holdout", "dataset.validation=0.3",
            "dataset.folds=7", "dataset.skip_unreadable=yes", "preprocessing.ink=as-drawn", "preprocessing.crop=0.1",
            "preprocessing.contrast=2", "preprocessing.size=96", "extractor.weights=w.h5", "extractor.cache=off",
            "balance.undersample_above=off", "classifiers.binary-relevance.C=2", "classifiers.mlaram.vigilance=0.7",
            "classifiers.ml-svm.kernel=linear", "classifiers.ml-svm.class_weight=balanced", "ensemble.vote=hard",
            "ensemble.weights=1,2,0", "ensemble.thresholds=0.4", "ensemble.calibration=isotonic",
            "uncertainty.minimum_confidence=off", "uncertainty.maximum_disagreement=0.3", "evaluation.bootstrap=0")
        #expect(configuration.seed == .max)
        #expect(configuration.dataset.labels == "l.yaml" && configuration.dataset.skipUnreadable)
        #expect(configuration.dataset.validation == 0.3 && configuration.dataset.folds == 7)
        #expect(configuration.preprocessing.description == "as-drawn 96, crop 0.1, contrast 2.0")
        #expect(configuration.extractor.weights == "w.h5" && configuration.extractor.cache == nil)
        #expect(configuration.undersampleAbove == nil)
        guard case .binaryRelevance(let logistic) = configuration.members[0],
            case .mlaram(let mlaram) = configuration.members[1],
            case .multiLabelSVM(let machine) = configuration.members[2]
        else {
            Issue.record("\(configuration.members)")
            return
        }
        #expect(logistic.c == 2 && mlaram.vigilance == 0.7)
        #expect(machine.kernel == .linear && machine.classWeight == .balanced)
        #expect(configuration.ensemble.vote == .hard && configuration.ensemble.weighting == .given([1, 2, 0]))
        #expect(configuration.ensemble.thresholds == .fixed(0.4) && configuration.ensemble.calibration == .isotonic)
        #expect(configuration.uncertainty.minimumConfidence == nil && configuration.uncertainty.maximumSpread == 0.3)
    }

    @Test func `measurements are those of recordings, in the order that is given`() throws {
        let pictures = try SampleConfiguration.with("features.measurements=qrsDuration")
        #expect(pictures.input == .picture && pictures.features.measurements.isEmpty)
        #expect(pictures.features.preparation == .init())
        let all = try SampleConfiguration.with("input.kind=recording")
        #expect(all.features.measurements == MeasurementExtractor.allNames)
        #expect(all.features.preparation == .init(codesSteps: true, missing: .mean))
        let two = try SampleConfiguration.with(
            "input.kind=recording", "features.measurements=qrsDuration, heartRate", "features.coding=none",
            "features.missing=marked")
        #expect(two.features.measurements == ["qrsDuration", "heartRate"])
        #expect(two.features.preparation == .init(codesSteps: false, missing: .marked))
        for bad in ["qrsDuratoin", "heartRate,heartRate"] {
            let error = #expect(throws: ConfigurationError.self) {
                try SampleConfiguration.with("input.kind=recording", "features.measurements=\(bad)")
            }
            #expect("\(error!)".contains(bad == "qrsDuratoin" ? "did you mean qrsDuration?" : "each measurement once"))
        }
    }

    @Test func `recordings have the features of a network alone or behind measurements`() throws {
        let both = try SampleConfiguration.with("input.kind=recording", "features.network=on")
        #expect(both.features.network && both.features.measurements == MeasurementExtractor.allNames)
        #expect(
            both.features.preparation
                == .init(codesSteps: true, measurements: MeasurementExtractor.allNames.count, missing: .mean))
        for off in ["off", "none"] {
            let alone = try SampleConfiguration.with(
                "input.kind=recording", "features.network=on", "features.measurements=\(off)")
            #expect(alone.features.network && alone.features.measurements.isEmpty)
            #expect(alone.features.preparation == .init(measurements: 0, missing: .mean))
        }
        #expect(try !SampleConfiguration.with("input.kind=recording").features.network)
    }

    @Test(arguments: [
        (["input.kind=recording", "features.measurements=off"], "features.network: on"),
        (["input.kind=beats", "features.network=on"], "only recordings have twelve usual beats"),
        (["input.kind=recording", "features.network=on", "preprocessing.size=96"], "must be 224"),
        (["input.kind=recording", "features.network=perhaps"], "true or false"),
    ])
    func `features that do not exist are refused`(overrides: [String], sentence: String) {
        let error = #expect(throws: ConfigurationError.self) { try SampleConfiguration.with(overrides) }
        #expect("\(error!)".contains(sentence), "\(error!)")
    }

    @Test func `the classifiers' every setting arrives, and a fourth one is asked for by its keys`() throws {
        let configuration = try SampleConfiguration.with(
            "classifiers.binary-relevance.base=linear-svm", "classifiers.binary-relevance.loss=hinge",
            "classifiers.binary-relevance.gamma=0.25", "classifiers.binary-relevance.tolerance=0.01",
            "classifiers.binary-relevance.class_weight=balanced", "classifiers.mlaram.voters=5",
            "classifiers.mlaram.clustering=0.2", "classifiers.mlaram.threshold=0.05", "classifiers.ml-svm.loss=hinge",
            "classifiers.ml-svm.tolerance=1e-4", "classifiers.ml-svm.kernel_memory=512", "classifiers.ml-svm.gamma=2",
            "classifiers.mltsvm.C=2", "classifiers.mltsvm.lambda=3", "classifiers.mltsvm.tolerance=0.1")
        #expect(
            configuration.members == [
                .binaryRelevance(
                    .init(
                        base: .linearSVM, c: 0.01, loss: .hinge, gamma: .value(0.25), classWeight: .balanced,
                        tolerance: 0.01)),
                .mlaram(.init(threshold: 0.05, voters: 5, clustering: 0.2)),
                .multiLabelSVM(.init(c: 5, gamma: .value(2), loss: .hinge, tolerance: 1e-4, kernelMemory: 512)),
                .mltsvm(.init(c: 2, ridge: 3, tolerance: 0.1)),
            ])
        let without = try SampleConfiguration.with("classifiers.mltsvm.C=2", "classifiers.mltsvm=off")
        #expect(without.members.map(\.name) == ["binary-relevance", "mlaram", "ml-svm"])
        #expect(without.members[0] == .binaryRelevance(.init(c: 0.01)))
    }

    @Test(arguments: [
        "classifiers.binary-relevance.base=tree", "classifiers.binary-relevance.loss=log",
        "classifiers.binary-relevance.tolerance=2", "classifiers.mlaram.voters=0", "classifiers.mlaram.voters=1.5",
        "classifiers.mlaram.clustering=0", "classifiers.mlaram.clustering=on", "classifiers.ml-svm.kernel_memory=0",
        "classifiers.mltsvm.C=0", "classifiers.mltsvm.lambda=-1",
        "seed=-1", "seed=1.5", "seed=18446744073709551616", "dataset.split=half", "dataset.validation=0",
        "dataset.folds=1",
        "dataset.skip_unreadable=perhaps", "preprocessing.ink=blue", "preprocessing.crop=2",
        "preprocessing.contrast=50",
        "preprocessing.size=100", "preprocessing.size=0", "preprocessing.size=99999999999999999999",
        "extractor.alpha=0",
        "extractor.alpha=inf", "extractor.precision=float16", "balance.undersample_above=0", "ensemble.vote=loud",
        "ensemble.weights=1,2", "ensemble.weights=0,0,0", "ensemble.weights=1,-1,1", "ensemble.weights=1,x,1",
        "ensemble.weights=nan,1,1", "ensemble.thresholds=2", "ensemble.calibration=magic",
        "uncertainty.minimum_confidence=1.1", "evaluation.bootstrap=-1", "evaluation.bootstrap=1000000000",
        "classifiers.binary-relevance.C=0", "classifiers.binary-relevance.C=inf", "classifiers.mlaram.vigilance=1.5",
        "classifiers.mlaram.threshold=-1", "classifiers.ml-svm.kernel=poly", "classifiers.ml-svm.C=nan",
        "classifiers.ml-svm.gamma=0", "classifiers.ml-svm.gamma=wide",
    ])
    func `a value out of its range is refused with its key and what was found`(override: String) {
        let parts = override.split(separator: "=").map(String.init)
        #expect { try SampleConfiguration.with(override) } throws: { error in
            let text = "\(error)"
            return text.contains(parts[0].split(separator: ".").last!) && text.contains("found")
                && (text.contains(parts[1]) || parts[0] == "ensemble.weights")
        }
    }

    @Test(arguments: ["", ".", "..", ".hidden", "a/b", "../up", "a b", "ä", "a\nb", "a\0b"])
    func `a name that is no plain folder is refused`(name: String) {
        #expect(throws: ConfigurationError.self) { try SampleConfiguration.with("name=\(name)") }
    }

    @Test(arguments: [
        [], ["classifiers.mlaram=off"], ["classifiers.mlaram.vigilance=0.8", "classifiers.mlaram=off"],
        ["classifiers.ml-svm.gamma=0.5", "classifiers.binary-relevance=off"], ["ensemble.weights=1, 1, 2"],
        ["dataset.path=/with blank/it's: #1\tand \"more\"\n"], ["dataset.path=-"], ["dataset.path=日本"],
        ["seed=18446744073709551615", "balance.undersample_above=off", "extractor.cache=off"],
    ])
    func `the resolved file reads back as the same experiment`(overrides: [String]) throws {
        let configuration = try SampleConfiguration.with(overrides)
        let scratch = try Scratch()
        let back = try ExperimentConfiguration(file: try scratch.write("config.yaml", configuration.yaml))
        #expect(back.resolved == configuration.resolved)
        #expect(back.members == configuration.members)
        #expect(back.yaml == configuration.yaml)
        #expect(back.ensemble == configuration.ensemble)
    }

    @Test(arguments: ["demo", "ecg-image-data"])
    func `the experiments that come with the product can be read`(name: String) throws {
        let file = SharedMaterial.checkout.appendingPathComponent("experiments/\(name).yaml").path
        #expect(try ExperimentConfiguration(file: file).name == name)
    }

    @Test func `a thousand damaged experiment files are read or refused with a sentence`() throws {
        let sound = Array(try SampleConfiguration.with().yaml.utf8)
        var random = SeededGenerator(seed: 9)
        for _ in 0 ..< 1000 {
            var bytes = sound
            for _ in 0 ... random.integer(below: 3) {
                let place = random.integer(below: bytes.count)
                switch random.integer(below: 3) {
                case 0: bytes[place] ^= UInt8(1 << random.integer(below: 7))
                case 1: bytes.remove(at: place)
                default:
                    bytes.insert(contentsOf: Array("\n\t:-#'\"{[&*".utf8.shuffled(using: &random).prefix(2)), at: place)
                }
            }
            do {
                _ = try ExperimentConfiguration(
                    Settings(yaml: String(decoding: bytes, as: UTF8.self), file: "a.yaml", overrides: []))
            } catch {
                #expect(error is ConfigurationError || error is FitError, "\(error)")
            }
        }
    }
}
