import Foundation
import TestSupport
import Testing

struct DatasetCommandTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `show counts labels and parts`() throws {
        try scratch.writePictures(["N": 3, "V": 1])
        let outcome = try scratch.heartsense("dataset", "show", "data")
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
        #expect(outcome.output.hasPrefix("data: 4 samples, label space aami 1"))
        #expect(outcome.output.contains("Warning: label V has one picture"))
        let none = try scratch.heartsense("dataset", "show", "none")
        #expect(none.isSentence && none.errors.contains("none: there is no such folder"), "\(none)")
    }

    @Test func `synthesize creates the same set for the same seed, and does not overwrite a folder`() throws {
        for folder in ["a", "b"] {
            let made = try scratch.heartsense(
                "dataset", "synthesize", "--output", folder, "--per-class", "1", "--seed", "7")
            #expect(made.status == 0 && made.output.contains("6 samples"), "\(made)")
        }
        let files = scratch.everything().filter { $0.hasPrefix("a/") && $0.hasSuffix(".png") }
        #expect(files.count == 6)
        for file in files { #expect(try scratch.data(file) == scratch.data("b" + file.dropFirst())) }
        #expect(try scratch.heartsense("dataset", "show", "a").output.contains("Hypertrophy"))
        let again = try scratch.heartsense("dataset", "synthesize", "--output", "a", "--per-class", "1")
        #expect(again.isSentence && again.errors.contains("a"), "\(again)")
    }

    @Test func `features of a folder are a data set`() throws {
        try scratch.writePictures(["N": 2, "V": 1])
        let made = try scratch.heartsense(
            "features", "data", "--weights", "random", "--size", "32", "--cache", "off", "--output", "f.h5")
        #expect(made.status == 0 && made.output.hasPrefix("3 × 1280 features written to f.h5"), "\(made)")
        let shown = try scratch.heartsense("dataset", "show", "f.h5")
        #expect(shown.status == 0 && shown.output.hasPrefix("f.h5: 3 samples"), "\(shown)")
    }
}
