import ArgumentParser
import ClassificationMetrics
import Evaluation
import Files
import Foundation

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compares runs with the first one, with paired confidence intervals.",
        discussion: """
            Examples:
              heartsense compare runs/demo/one runs/demo/other
              heartsense compare results/a results/b results/c --output table.md
              heartsense compare results/a results/b --plot differences.svg
              heartsense compare results/a results/b --json

            Reads the scores of runs or of `heartsense evaluate`; all must have the same samples. For each metric it \
            prints the paired bootstrap difference with its interval, resampled by patient where patients are known. \
            For each label it prints McNemar's test of the decisions. Differences between the configurations are \
            listed.
            """)

    @Argument(help: "Folders of runs or of `heartsense evaluate`. Each is compared with the first.")
    var runs: [String]

    @Option(help: "Also write the tables as Markdown.", completion: .file(extensions: ["md"]))
    var output: String?

    @Option(
        help:
            "Also draw the differences (.svg or .png). With three or more runs, the files are numbered.",
        completion: .file(extensions: ["svg", "png"]))
    var plot: String?

    @Flag(help: "Print JSON instead of tables.")
    var json = false

    @Option(help: "Number of bootstrap replicates.")
    var bootstrap = 1000

    @Option(help: "Seed of the bootstrap.")
    var seed: UInt64 = 1

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        guard runs.count >= 2 else { throw ValidationError("Give at least two runs: heartsense compare RUN RUN…") }
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
