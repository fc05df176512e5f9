import Foundation
import TestSupport
import Testing

struct HeartSenseUsageTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: [
        [], ["--help"], ["--version"], ["dataset", "--help"], ["dataset", "show", "--help"],
        ["dataset", "synthesize", "--help"], ["features", "--help"], ["train", "--help"], ["evaluate", "--help"],
        ["predict", "--help"], ["weights", "--help"], ["weights", "show", "--help"], ["weights", "verify", "--help"],
        ["weights", "fetch", "--help"], ["search", "--help"],
    ])
    func `help goes to standard output with status 0`(arguments: [String]) throws {
        let outcome = try CommandLine.run(arguments, in: scratch.path)
        #expect(outcome.status == 0 && outcome.errors.isEmpty && !outcome.output.isEmpty)
        if arguments.last == "--help", arguments.count > 1,
            !["dataset", "weights"].contains(arguments[arguments.count - 2])
        {
            #expect(outcome.output.contains("heartsense \(arguments.dropLast().joined(separator: " ")) "), "an example")
        }
    }

    @Test(arguments: [
        ["nonsense"], ["--nonsense"], ["train"], ["train", "a.yaml", "--nonsense"], ["predict"],
        ["predict", "model.h5"],
        ["predict", "m", "p", "--json", "--csv"], ["evaluate", "m", "d"], ["evaluate", "m"],
        ["evaluate", "m", "d", "--output", "o", "--bootstrap", "-1"],
        ["evaluate", "m", "d", "--output", "o", "--bootstrap", "many"],
        ["evaluate", "m", "d", "--output", "o", "--bootstrap", "1000000000"],
        ["predict", "m", "p", "--threads", "0"], ["predict", "m", "p", "--threads", "1000000"],
        ["features", "d", "--weights", "random"],
        ["features", "d", "--weights", "w", "--output", "o", "--ink", "blue"],
        ["features", "d", "--weights", "w", "--output", "o", "--size", "100"],
        ["dataset", "synthesize"], ["dataset", "synthesize", "--output", "o", "--per-class", "0"],
        ["dataset", "synthesize", "--output", "o", "--seed", "-1"],
        ["dataset", "synthesize", "--output", "o", "--as", "poems"], ["weights", "verify", "f", "--sha256", "short"],
        ["search"],
    ])
    func `wrong usage exits with 2, prints an error and writes nothing`(arguments: [String]) throws {
        let outcome = try CommandLine.run(arguments, in: scratch.path)
        #expect(outcome.status == 2 && outcome.output.isEmpty && outcome.errors.hasPrefix("Error: "), "\(outcome)")
        #expect(scratch.everything().isEmpty)
    }

    @Test func `the listing of the configuration is a valid experiment file`() throws {
        let listing = try scratch.heartsense("train", "--help-config")
        #expect(listing.status == 0 && listing.errors.isEmpty)
        for key in ["name:", "dataset:", "  path:", "classifiers:", "  mlaram:", "    vigilance: 0.9"] {
            #expect(listing.output.contains("\n" + key) || listing.output.hasPrefix(key), "\(key)")
        }
        try scratch.writePictures(["N": 2, "V": 2])
        try scratch.write("all.yaml", listing.output.replacing("…", with: "data"))
        let outcome = try scratch.heartsense("train", "all.yaml", "--dry-run")
        #expect(outcome.status == 0 && outcome.output.contains("dry run"), "\(outcome)")
    }

    @Test func `a failed write to standard output is an error`() throws {
        let outcome = try scratch.heartsense("train", "--help-config", output: "/dev/full")
        #expect(outcome.isSentence && outcome.errors.contains("No space left"), "\(outcome)")
    }
}
