import ArgumentParser
import ClassificationMetrics
import Evaluation
import Files
import Foundation

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Says how runs differ from the first of them, and whether by more than chance.",
        discussion: """
            Reads the scores that runs (or `heartsense evaluate`) left behind; all must be of the same samples. \
            For each metric the paired bootstrap difference with its interval, by patient where patients are \
            known; for each label McNemar's test of the decisions; and what differs in the configurations.

            Examples:
              heartsense compare runs/demo/one runs/demo/other
              heartsense compare results/a results/b results/c --output table.md
              heartsense compare results/a results/b --plot differences.svg
              heartsense compare results/a results/b --json
            """)

    @Argument(help: "Folders of runs, or folders that `heartsense evaluate` wrote; each is compared with the first.")
    var runs: [String]

    @Option(help: "Also write the tables as Markdown.", completion: .file(extensions: ["md"]))
    var output: String?

    @Option(
        help:
            "Also draw the differences (SVG or PNG); with more than two runs one file each, numbered from the second.",
        completion: .file(extensions: ["svg", "png"]))
    var plot: String?

    @Flag(help: "Print JSON instead of tables.")
    var json = false

    @Option(help: "Replicates behind the intervals.")
    var bootstrap = 1000

    @Option(help: "The seed of the replicates.")
    var seed: UInt64 = 1

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        guard runs.count >= 2 else { throw ValidationError("Two runs or more are needed: heartsense compare RUN RUN…") }
        guard bootstrap >= 1 else { throw ValidationError("--bootstrap must be at least 1, found \(bootstrap).") }
        if let plot, !["svg", "png"].contains(URL(fileURLWithPath: plot).pathExtension.lowercased()) {
            throw ValidationError("--plot must end in .svg or .png, found \(plot).")
        }
    }

    func run() throws {
        let comparison = try RunComparison(
            of: runs.map { try ComparedRun(contentsOf: $0) },
            bootstrap: Bootstrap(replicates: bootstrap, seed: seed), workers: threads.workers)
        let tables = ComparisonTables(comparison)
        if let output { try AtomicFile.write(tables.markdown, to: output) }
        if let plot { try tables.draw(to: plot) }
        if json {
            FileHandle.standardOutput.write(try comparison.json())
        } else {
            print(tables.terminalText, terminator: "")
        }
    }
}
