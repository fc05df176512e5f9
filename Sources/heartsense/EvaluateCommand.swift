import ArgumentParser
import Evaluation

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Scores a data set with a trained model.",
        discussion: """
            Writes predictions.csv, metrics.json, plots/ and report.html into the output folder and prints the
            per-label table. Where the data set has a test part, only that is scored, unless --all says otherwise.

            With --robustness the same pictures are also scored in other colours, with thicker and thinner lines, on a
            grid, as JPEG, with noise, out of focus, turned, cropped and inverted: robustness/*.csv, robustness.json,
            two figures and a section of the report.

            Examples:
              heartsense evaluate runs/demo/…/model.h5 DIR/test --output results
              heartsense evaluate runs/demo/…/model.h5 DIR/test --output results --robustness
            """)

    @Argument(help: "The model file that `heartsense train` wrote.", completion: .file(extensions: ["h5"]))
    var model: String

    @Argument(help: "A folder with manifest.csv, a folder of class folders, or a feature file.")
    var dataset: String

    @Option(help: "The folder for the results; it must be empty or not exist yet.", completion: .directory)
    var output: String

    @Flag(help: "Score the pictures under every disturbance too; they are needed themselves, not their features.")
    var robustness = false

    @Flag(help: "Score every sample, whatever part it belongs to.")
    var all = false

    @Flag(help: "Go on without files that cannot be read, and list them.")
    var skipUnreadable = false

    @Option(help: "Replicates behind the 95 % intervals; 0 leaves the intervals out.")
    var bootstrap = 1000

    @Option(help: "The folder of cached features, or off.")
    var cache = "runs/feature-cache"

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        guard (0 ... 100_000).contains(bootstrap) else {
            throw ValidationError("--bootstrap must be from 0 to 100000, found \(bootstrap).")
        }
    }

    func run() throws {
        let scoring = Scoring(
            model: model, dataset: dataset, output: output, scoreAll: all, skipUnreadable: skipUnreadable,
            replicates: bootstrap, cacheFolder: cache == "off" ? nil : cache,
            robustness: robustness)
        let outcome = try scoring.run(workers: threads.workers)
        print(outcome.summary, terminator: "")
    }
}
