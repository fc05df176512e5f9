import ArgumentParser
import Evaluation
import Files
import Foundation

struct GateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Compares a run with a baseline and exits with status 3 on a regression.",
        discussion: """
            Examples:
              heartsense gate runs/ci --baseline experiments/baselines/ci.json
              heartsense gate results --baseline b.json --markdown b.md --junit b.xml
              heartsense gate runs/ci --baseline experiments/baselines/ci.json --update

            The baseline has the data set's digest, the number of samples, and for each metric a value and a \
            tolerance:
              {"dataset_sha256": "…", "n": 1710,
               "metrics": {"f1_macro": {"value": 0.9, "tolerance": 0.01},
                           "ece": {"value": 0.02, "tolerance": {"relative": 0.1}}}}
            Metrics are the keys of metrics.json, and per_label.CODE.precision, recall, f1 and roc_auc. For a loss, \
            higher values are worse. A missing metric and other samples fail. Exit status: 0 passed, 3 failed, 1 \
            unreadable file.
            """)

    @Argument(
        help: ArgumentHelp("Folder of a run or of `heartsense evaluate`.", valueName: "run"),
        completion: .directory)
    var folder: String

    @Option(help: "Baseline file (JSON).", completion: .file(extensions: ["json"]))
    var baseline: String

    @Flag(help: "Write the run's values to the baseline, and keep its tolerances. Creates a missing file.")
    var update = false

    @Option(help: "Also write the table as Markdown.", completion: .file(extensions: ["md"]))
    var markdown: String?

    @Option(help: "Also write JUnit XML.", completion: .file(extensions: ["xml"]))
    var junit: String?

    func validate() throws {
        if update, markdown != nil || junit != nil {
            throw ValidationError("--update cannot be combined with --markdown or --junit.")
        }
    }

    func run() throws {
        let gate = try Gate(run: folder)
        let exists = FileManager.default.fileExists(atPath: baseline)
        if update {
            let old = exists ? try GateBaseline(contentsOf: baseline) : nil
            let new = try gate.baseline(replacing: old)
            try new.write(to: baseline)
            // Shows the changes for review before the file is committed.
            print(gate.check(against: old ?? new).tableText)
            print("\(baseline): \(old == nil ? "written" : "updated") with the values of \(folder).")
            return
        }
        guard exists else { throw GateError.missingBaseline(file: baseline, run: folder) }
        let outcome = gate.check(against: try GateBaseline(contentsOf: baseline))
        if let markdown { try AtomicFile.write(outcome.markdown, to: markdown) }
        if let junit { try AtomicFile.write(outcome.junit, to: junit) }
        print(outcome.terminalText, terminator: "")
        if !outcome.passes { throw ExitCode(3) }
    }
}
