import Foundation
import TestSupport
import Testing

@testable import ConfigurationKeys

struct SettingsTests {
    private static let smallest = "name: a\ndataset:\n  path: data\n"

    private static func settings(_ yaml: String = smallest, _ overrides: String...) throws -> Settings {
        try Settings(yaml: yaml, file: "a.yaml", overrides: overrides)
    }

    @Test func `what the file leaves out has the table's default`() throws {
        let settings = try Self.settings()
        for key in ConfigurationKey.all
        where key.isOf(.train) && !key.path.hasPrefix(ConfigurationKey.optionalBlock) {
            #expect(settings.text(key.path) == key.standard ?? (key.path == "name" ? "a" : "data"), "\(key.path)")
        }
        #expect(settings.classifiers == ["binary-relevance", "mlaram", "ml-svm"])
        #expect(!settings.values.keys.contains { $0.hasPrefix(ConfigurationKey.optionalBlock) })
        let named = try Self.settings(Self.smallest + "classifiers:\n  mltsvm:\n    C: 2\n")
        #expect(named.classifiers == ["mltsvm"] && named.text("classifiers.mltsvm.C") == "2")
        #expect(named.text("classifiers.mltsvm.lambda") == "1")
    }

    @Test func `an override wins over the file, the last over those before it`() throws {
        let yaml = Self.smallest + "seed: 3\n"
        #expect(try Self.settings(yaml).text("seed") == "3")
        #expect(try Self.settings(yaml, "seed=4", "seed = 5").text("seed") == "5")
        #expect(try Self.settings(yaml, "dataset.path=a=b, c").text("dataset.path") == "a=b, c")
        #expect(try Self.settings(yaml, "dataset.path=").text("dataset.path") == "")
    }

    @Test(arguments: ["seed", "=7", "", "classifiers.mlaram"])
    func `what has no key and no equals sign is no override`(text: String) {
        #expect(throws: ConfigurationError.notAnOverride(text: text)) { try Self.settings(Self.smallest, text) }
    }

    @Test(arguments: [
        ("sed", "seed"), ("dataset.pth", "dataset.path"),
        ("classifiers.mlaram.vigilanse", "classifiers.mlaram.vigilance"),
        ("vigilance", "classifiers.mlaram.vigilance"), ("classifiers.mlram", "classifiers.mlaram"),
        ("DATASET.PATH", "dataset.path"), ("ensemble.weight", "ensemble.weights"),
    ])
    func `an unknown key names the nearest, in the file and in an override`(key: String, nearest: String) {
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

    @Test func `a key that is like no other has no nearest, and the sentence says where all are listed`() throws {
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
        #expect(
            try Self.settings(Self.smallest, "classifiers.mlaram=off").classifiers == ["binary-relevance", "ml-svm"])
        #expect(try Self.settings(one, "classifiers.ml-svm=on").classifiers == ["mlaram", "ml-svm"])
        #expect(try Self.settings(one, "classifiers.ml-svm.C=2").classifiers == ["mlaram", "ml-svm"])
        #expect(throws: ConfigurationError.badValue(key: "classifiers.mlaram", found: "maybe", expected: "on or off")) {
            try Self.settings(one, "classifiers.mlaram=maybe")
        }
        #expect(throws: ConfigurationError.noClassifier(file: "a.yaml")) {
            try Self.settings(one, "classifiers.mlaram=off")
        }
        #expect(throws: ConfigurationError.noClassifier(file: "a.yaml")) {
            try Self.settings(Self.smallest + "classifiers:\n")
        }
    }

    @Test func `nothing is kept of a classifier that is off`() throws {
        let yaml = Self.smallest + "classifiers:\n  mlaram:\n    vigilance: 0.8\n  ml-svm:\n"
        let settings = try Self.settings(yaml, "classifiers.mlaram=off")
        #expect(!settings.values.keys.contains { $0.hasPrefix("classifiers.mlaram") })
    }

    @Test func `a key without a default must be said`() {
        #expect(throws: ConfigurationError.missingKey(file: "a.yaml", key: "dataset.path")) {
            try Self.settings("name: a\n")
        }
        #expect(throws: ConfigurationError.missingKey(file: "a.yaml", key: "name")) {
            try Self.settings("dataset: {path: data}\n")
        }
    }

    @Test func `a block must hold keys, and a key a value`() {
        #expect(throws: ConfigurationError.notAMapping(file: "a.yaml", key: "dataset", found: "data")) {
            try Self.settings("name: a\ndataset: data\n")
        }
        #expect(throws: ConfigurationError.notAMapping(file: "a.yaml", key: "balance", found: "1, 2")) {
            try Self.settings(Self.smallest + "balance: [1, 2]\n")
        }
        #expect(throws: ConfigurationError.badValue(key: "seed", found: "a mapping", expected: "a single value")) {
            try Self.settings(Self.smallest + "seed: {a: 1}\n")
        }
    }

    @Test func `a flat list is its items joined, as it would be written in an override`() throws {
        let settings = try Self.settings(Self.smallest + "ensemble:\n  weights: [1, 2, 0.5]\n")
        #expect(settings.text("ensemble.weights") == "1, 2, 0.5")
        #expect(throws: ConfigurationError.self) { try Self.settings(Self.smallest + "seed: [[1], 2]\n") }
    }

    @Test(arguments: [
        ("", "nothing"), ("# only a comment\n", "nothing"), ("just a text", "a single value"),
        ("- a\n- b\n", "a single value"),
    ])
    func `a file that is no mapping says what it is`(yaml: String, found: String) {
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
    func `broken YAML is refused in one line that names the file`(yaml: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try Self.settings(yaml) }
        guard case .notYAML = error else {
            Issue.record("\(error)")
            return
        }
        #expect(error.description.hasPrefix("a.yaml: this is not a YAML file: "))
        #expect(!error.description.contains("\n"))
    }

    @Test(.timeLimit(.minutes(1)))
    func `aliases that stand for billions of texts are refused without being written out`() {
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

    @Test func `a file of more than a megabyte, or of other bytes than text, is refused`() throws {
        let scratch = try Scratch()
        let large = try scratch.write("large.yaml", String(repeating: "# comment\n", count: 120_000))
        #expect { try Settings(file: large, overrides: []) } throws: { "\($0)".contains("1048576") }
        let binary = try scratch.write("binary.yaml", Data([0xFF, 0xFE, 0x00, 0x80]))
        #expect { try Settings(file: binary, overrides: []) } throws: { "\($0)".contains("UTF-8") }
        #expect { try Settings(file: scratch("none.yaml"), overrides: []) } throws: { "\($0)".contains("no such file") }
    }

    @Test func `numbers are read whole and within their range`() throws {
        let settings = try Self.settings(Self.smallest, "seed=12x", "dataset.folds=1", "dataset.validation=nan")
        #expect(
            throws: ConfigurationError.badValue(
                key: "seed", found: "12x", expected: "a whole number from 0 to 18446744073709551615")
        ) {
            try settings.seed("seed")
        }
        #expect(
            throws: ConfigurationError.badValue(
                key: "dataset.folds", found: "1", expected: "a whole number from 2 to 100")
        ) {
            try settings.integer("dataset.folds", 2 ... 100)
        }
        #expect(
            throws: ConfigurationError.badValue(
                key: "dataset.validation", found: "nan", expected: "a number from 0.0 to 1.0")
        ) {
            try settings.number("dataset.validation", 0 ... 1)
        }
        #expect(throws: ConfigurationError.badValue(key: "dataset.validation", found: "nan", expected: "a number")) {
            try settings.number("dataset.validation", -.infinity ... .infinity)
        }
    }
}
