import Foundation
import Runs
import TestSupport
import Testing

@testable import ConfigurationKeys

struct SettingsTests {
    private static let smallest = "name: a\ndataset:\n  path: data\n"

    private static func settings(_ yaml: String = smallest, _ overrides: String...) throws -> Settings {
        try Settings(yaml: yaml, file: "a.yaml", overrides: overrides)
    }

    @Test func `keys that are not in the file have their default`() throws {
        let settings = try Self.settings()
        let table = ExperimentKeys.table
        for key in table.keys where key.readers.contains(.train) && !table.isOptional(key) {
            #expect(settings.text(key.path) == key.standard ?? (key.path == "name" ? "a" : "data"), "\(key.path)")
        }
        #expect(settings.classifiers == ["binary-relevance", "mlaram", "ml-svm"])
        #expect(!settings.values.keys.contains { $0.hasPrefix("classifiers.mltsvm.") })
        let named = try Self.settings(Self.smallest + "classifiers:\n  mltsvm:\n    C: 2\n")
        #expect(named.classifiers == ["mltsvm"] && named.text("classifiers.mltsvm.C") == "2")
        #expect(named.text("classifiers.mltsvm.lambda") == "1")
    }

    @Test func `an override replaces the file, and later overrides replace earlier ones`() throws {
        let yaml = Self.smallest + "seed: 3\n"
        #expect(try Self.settings(yaml).text("seed") == "3")
        #expect(try Self.settings(yaml, "seed=4", "seed = 5").text("seed") == "5")
        #expect(try Self.settings(yaml, "dataset.path=a=b, c").text("dataset.path") == "a=b, c")
        #expect(try Self.settings(yaml, "dataset.path=").text("dataset.path") == "")
    }

    @Test(arguments: ["off", "Off", "false", "no", "null", "none", "~", ""])
    func `words that mean off switch the cache off and name no folder`(word: String) throws {
        let file = try Self.settings(Self.smallest + "extractor:\n  cache: \(word)\n")
        #expect(try file.text("extractor.cache", or: "off") == nil && file.values["extractor.cache"] == "off")
        #expect(try Self.settings(Self.smallest, "extractor.cache=\(word)").text("extractor.cache", or: "off") == nil)
        #expect(
            try Self.settings(Self.smallest, "preprocessing.crop=\(word)").number("preprocessing.crop", or: "off")
                == nil)
    }

    @Test func `a cache that is only switched on is an error, and a folder of such a name has a path`() throws {
        for word in ["true", "yes", "on"] {
            #expect(throws: ConfigurationError.self) {
                try Self.settings(Self.smallest, "extractor.cache=\(word)").text("extractor.cache", or: "off")
            }
        }
        #expect(try Self.settings(Self.smallest, "extractor.cache=./no").text("extractor.cache", or: "off") == "./no")
    }

    @Test(arguments: ["seed", "=7", "", "classifiers.mlaram"])
    func `a text without key or equals sign is not an override`(text: String) {
        #expect(throws: ConfigurationError.notAnOverride(text: text)) { try Self.settings(Self.smallest, text) }
    }

    @Test(arguments: [
        ("sed", "seed"), ("dataset.pth", "dataset.path"),
        ("classifiers.mlaram.vigilanse", "classifiers.mlaram.vigilance"),
        ("vigilance", "classifiers.mlaram.vigilance"), ("classifiers.mlram", "classifiers.mlaram"),
        ("DATASET.PATH", "dataset.path"), ("ensemble.weight", "ensemble.weights"),
    ])
    func `an error for an unknown key names the nearest key, in the file and in an override`(
        key: String, nearest: String
    ) {
        #expect(throws: ConfigurationError.unknownKey(source: "\(key)=1", key: key, nearest: nearest)) {
            try Self.settings(Self.smallest, "\(key)=1")
        }
        var indent = ""
        var yaml = Self.smallest.replacing("dataset:\n  path: data\n", with: "")
        for part in key.split(separator: ".").dropLast() {
            yaml += "\(indent)\(part):\n"
            indent += "  "
        }
        yaml += "\(indent)\(key.split(separator: ".").last!): 1\n"
        #expect(throws: ConfigurationError.self) { try Self.settings(yaml) }
    }

    @Test func `an error for a key without a similar one names the command that lists all keys`() throws {
        let error = ConfigurationError.unknownKey(source: "a.yaml", key: "xyzzyxyzzy", nearest: nil)
        #expect(throws: error) { try Self.settings(Self.smallest + "xyzzyxyzzy: 1\n") }
        #expect(error.description.contains("a.yaml") && error.description.contains("--help-config"))
    }

    @Test func `only the classifiers that a file lists are used`() throws {
        #expect(try Self.settings(Self.smallest + "classifiers:\n  mlaram:\n").classifiers == ["mlaram"])
        let listed =
            Self.smallest + "classifiers:\n  ml-svm:\n    kernel: linear\n  binary-relevance: ~\n  mlaram: off\n"
        #expect(try Self.settings(listed).classifiers == ["binary-relevance", "ml-svm"])
        #expect(try Self.settings(listed).text("classifiers.ml-svm.kernel") == "linear")
        #expect(try Self.settings(listed).values["classifiers.mlaram.vigilance"] == nil)
    }

    @Test func `an override switches a classifier on or off, and one that sets a value switches it on`() throws {
        let one = Self.smallest + "classifiers:\n  mlaram:\n    vigilance: 0.8\n"
        let known = ["binary-relevance", "mlaram", "ml-svm", "mltsvm"]
        #expect(
            try Self.settings(Self.smallest, "classifiers.mlaram=off").classifiers == ["binary-relevance", "ml-svm"])
        #expect(try Self.settings(one, "classifiers.ml-svm=on").classifiers == ["mlaram", "ml-svm"])
        #expect(try Self.settings(one, "classifiers.ml-svm.C=2").classifiers == ["mlaram", "ml-svm"])
        #expect(
            throws: ConfigurationError.badValue(
                source: "command line", key: "classifiers.mlaram", found: "maybe", expected: "on or off")
        ) {
            try Self.settings(one, "classifiers.mlaram=maybe")
        }
        #expect(throws: ConfigurationError.noClassifier(file: "a.yaml", known: known)) {
            try Self.settings(one, "classifiers.mlaram=off")
        }
        #expect(throws: ConfigurationError.noClassifier(file: "a.yaml", known: known)) {
            try Self.settings(Self.smallest + "classifiers:\n")
        }
    }

    @Test func `values of a classifier that is off are dropped`() throws {
        let yaml = Self.smallest + "classifiers:\n  mlaram:\n    vigilance: 0.8\n  ml-svm:\n"
        let settings = try Self.settings(yaml, "classifiers.mlaram=off")
        #expect(!settings.values.keys.contains { $0.hasPrefix("classifiers.mlaram") })
    }

    @Test func `a key without a default is required`() {
        #expect(throws: ConfigurationError.missingKey(file: "a.yaml", key: "dataset.path")) {
            try Self.settings("name: a\n")
        }
        #expect(throws: ConfigurationError.missingKey(file: "a.yaml", key: "name")) {
            try Self.settings("dataset: {path: data}\n")
        }
    }

    @Test func `a block must contain keys, and a key must have a value`() {
        #expect(throws: ConfigurationError.notAMapping(file: "a.yaml", key: "dataset", found: "data")) {
            try Self.settings("name: a\ndataset: data\n")
        }
        #expect(throws: ConfigurationError.notAMapping(file: "a.yaml", key: "balance", found: "1, 2")) {
            try Self.settings(Self.smallest + "balance: [1, 2]\n")
        }
        #expect(
            throws: ConfigurationError.badValue(
                source: "a.yaml", key: "seed", found: "a mapping", expected: "a single value")
        ) {
            try Self.settings(Self.smallest + "seed: {a: 1}\n")
        }
    }

    @Test func `a flat list becomes its items joined as in an override`() throws {
        let settings = try Self.settings(Self.smallest + "ensemble:\n  weights: [1, 2, 0.5]\n")
        #expect(settings.text("ensemble.weights") == "1, 2, 0.5")
        #expect(throws: ConfigurationError.self) { try Self.settings(Self.smallest + "seed: [[1], 2]\n") }
    }

    @Test(arguments: [
        ("", "nothing"), ("# only a comment\n", "nothing"), ("just a text", "a single value"),
        ("- a\n- b\n", "a single value"),
    ])
    func `an error for a file that is not a mapping names its content`(yaml: String, found: String) {
        #expect(throws: ConfigurationError.notAMapping(file: "a.yaml", key: "", found: found)) {
            try Self.settings(yaml)
        }
    }

    @Test(arguments: [
        "name: a\n\tseed: 1\n", "name: [a\n", "name: 'a\n", "name: a\nname: b\n", "name: a\n---\nname: b\n",
        "dataset:\n  path: a\n  path: b\n", "name: *nobody\n", "name: a: b\n", "\u{1}", "%YAML 9.9\n--- a", "&",
        "name: a\n seed: 1\n", String(repeating: "[", count: 50_000), String(repeating: "{a: ", count: 50_000),
        String(repeating: "- ", count: 50_000),
    ])
    func `an error for invalid YAML is one line that names the file`(yaml: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try Self.settings(yaml) }
        guard case .notYAML = error else {
            Issue.record("\(error)")
            return
        }
        #expect(error.description.hasPrefix("a.yaml: invalid YAML: "))
        #expect(!error.description.contains("\n"))
    }

    @Test(.timeLimit(.minutes(1)))
    func `aliases that expand to billions of texts are rejected without expansion`() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1 ... 12 {
            let inner = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            bomb += "a\(level): &a\(level) [\(inner)]\n"
        }
        #expect(throws: ConfigurationError.self) { try Self.settings(bomb + Self.smallest) }
        // Where a value is expected.
        let nested = bomb.split(separator: "\n").map { $0.drop { $0 != "&" } }
        #expect(throws: ConfigurationError.self) {
            try Self.settings("seed: [\(nested.joined(separator: ", "))]\n" + Self.smallest)
        }
    }

    @Test func `a file over one megabyte, or with invalid UTF-8, is rejected`() throws {
        let scratch = try Scratch()
        let large = try scratch.write("large.yaml", String(repeating: "# comment\n", count: 120_000))
        #expect { try Settings(file: large, overrides: []) } throws: { "\($0)".contains("1048576") }
        let binary = try scratch.write("binary.yaml", Data([0xFF, 0xFE, 0x00, 0x80]))
        #expect { try Settings(file: binary, overrides: []) } throws: { "\($0)".contains("UTF-8") }
        #expect { try Settings(file: scratch("none.yaml"), overrides: []) } throws: { "\($0)".contains("no such file") }
    }

    @Test func `numbers are read whole and within their range, and an error names the source`() throws {
        let settings = try Self.settings(Self.smallest + "ensemble: {thresholds: 2}", "seed=12x", "dataset.folds=1")
        #expect(
            throws: ConfigurationError.badValue(
                source: "command line", key: "seed", found: "12x",
                expected: "a whole number from 0 to 18446744073709551615")
        ) {
            try settings.seed("seed")
        }
        #expect(
            throws: ConfigurationError.badValue(
                source: "command line", key: "dataset.folds", found: "1", expected: "a whole number from 2 to 100")
        ) {
            try settings.integer("dataset.folds")
        }
        let error = try #require(throws: ConfigurationError.self) {
            try settings.number("ensemble.thresholds", or: "f1")
        }
        #expect(error.description == "a.yaml: ensemble.thresholds must be f1 or a number from 0 to 1, found 2.")
        #expect(try settings.number("dataset.validation") == 0.2)
        #expect(try Self.settings(Self.smallest, "dataset.validation=nan").text("dataset.validation") == "nan")
        #expect(throws: ConfigurationError.self) {
            try Self.settings(Self.smallest, "dataset.validation=nan").number("dataset.validation")
        }
    }
}
