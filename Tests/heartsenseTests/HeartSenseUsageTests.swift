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

    @Test(arguments: [
        (["trian", "a.yaml"], "Unknown subcommand 'trian'. Did you mean 'train'?"),
        (["dataset", "shwo", "d"], "Unknown subcommand 'shwo'. Did you mean 'show'?"),
        (["weights", "x"], "Unknown subcommand 'x'. Subcommands: show, verify, fetch."),
        (["train", "a.yaml", "--ressume"], "Did you mean '--resume'?"),
    ])
    func `a typo in a subcommand or option gets a suggestion`(arguments: [String], sentence: String) throws {
        let outcome = try CommandLine.run(arguments, in: scratch.path)
        #expect(outcome.status == 2 && outcome.errors.contains(sentence), "\(outcome)")
        #expect(try scratch.heartsense("help", "train").status == 0)
    }

    @Test(arguments: [
        ("HEARTSENSE_TREADS", "2", "unknown environment variable. Did you mean HEARTSENSE_THREADS?"),
        ("HEARTSENSE_THREADS", "abc", "HEARTSENSE_THREADS must be auto or a whole number from 1 to 1024, found abc."),
        ("HEARTSENSE_THREADS", "0", "found 0."),
    ])
    func `a wrong environment variable is an error`(name: String, value: String, sentence: String) throws {
        try scratch.writePictures(["N": 2, "V": 2])
        let outcome = try CommandLine.run(["dataset", "show", "data"], in: scratch.path, variables: [name: value])
        #expect(outcome.isSentence && outcome.output.isEmpty && outcome.errors.contains(sentence), "\(outcome)")
        #expect(try CommandLine.run(["--help"], in: scratch.path, variables: [name: value]).status == 0)
        let server = ["HEARTSENSE_PORT": "9000"]
        #expect(try CommandLine.run(["dataset", "show", "data"], in: scratch.path, variables: server).status == 0)
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
