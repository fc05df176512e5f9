import ArgumentParser
import Evaluation
import Files
import Foundation

struct GateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Holds a run to the numbers of a baseline: exit status 3 where one of them is worse.",
        discussion: """
            The baseline names the data set's digest, the number of samples, and for each metric a value and how \
            much worse is tolerated:
              {"dataset_sha256": "…", "n": 1710,
               "metrics": {"f1_macro": {"value": 0.9, "tolerance": 0.01},
                           "ece": {"value": 0.02, "tolerance": {"relative": 0.1}}}}
            Metrics are those of metrics.json, and per_label.CODE.precision, recall, f1 and roc_auc. For a loss, \
            more is worse. What is better never fails. What is not measured fails, and so do other samples. \
            Exit status: 0 passed, 3 failed, 1 a file cannot be read.

            Examples:
              heartsense gate runs/ci --baseline experiments/baselines/ci.json
              heartsense gate results --baseline b.json --markdown b.md --junit b.xml
              heartsense gate runs/ci --baseline experiments/baselines/ci.json --update
            """)

    @Argument(
        help: ArgumentHelp("A run's folder, or one that `heartsense evaluate` wrote.", valueName: "run"),
        completion: .directory)
    var folder: String

    @Option(help: "The baseline (JSON).", completion: .file(extensions: ["json"]))
    var baseline: String

    @Flag(help: "Write the run's numbers into the baseline (tolerances stay as they are), or make a new one.")
    var update = false

    @Option(help: "Also write the table as Markdown, for a pull request.", completion: .file(extensions: ["md"]))
    var markdown: String?

    @Option(help: "Also write JUnit XML, for CI.", completion: .file(extensions: ["xml"]))
    var junit: String?

    func validate() throws {
        if update, markdown != nil || junit != nil {
            throw ValidationError("--update writes the baseline instead of checking: leave out --markdown and --junit.")
        }
    }

    func run() throws {
        let gate = try Gate(run: folder)
        let isThere = FileManager.default.fileExists(atPath: baseline)
        if update {
            let old = isThere ? try GateBaseline(contentsOf: baseline) : nil
            let new = try gate.baseline(replacing: old)
            try new.write(to: baseline)
            // What has changed is what a person has to look at before committing the file.
            print(gate.check(against: old ?? new).tableText)
            print("\(baseline): \(old == nil ? "written" : "updated") with the numbers of \(folder).")
            return
        }
        guard isThere else { throw GateError.missingBaseline(file: baseline, run: folder) }
        let outcome = gate.check(against: try GateBaseline(contentsOf: baseline))
        if let markdown { try AtomicFile.write(outcome.markdown, to: markdown) }
        if let junit { try AtomicFile.write(outcome.junit, to: junit) }
        print(outcome.terminalText, terminator: "")
        if !outcome.passes { throw ExitCode(3) }
    }
}
