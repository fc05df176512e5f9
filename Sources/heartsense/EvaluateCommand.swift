import ArgumentParser
import Evaluation

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Scores a data set with a trained model.",
        discussion: """
            Examples:
              heartsense evaluate model.h5 DIR/test --output results/test
              heartsense evaluate model.h5 DIR/test --output results/robustness --robustness

            Writes predictions.csv, metrics.json, plots/ and report.html, and prints a table per label. If the data \
            set has a test part, only that is scored; --all scores everything.

            --robustness also scores the pictures with other colors, thicker and thinner lines, a grid, JPEG \
            artifacts, noise, blur, rotation, cropping and inversion. It adds robustness/*.csv, robustness.json, two \
            figures and a section of the report.
            """)

    @Argument(help: "Model file (model.h5 of a run).", completion: .file(extensions: ["h5"]))
    var model: String

    @Argument(help: "A folder with manifest.csv or with one subfolder per class, or a feature file.")
    var dataset: String

    @Option(help: "Output folder (new or empty).", completion: .directory)
    var output: String

    @Flag(help: "Also score perturbed pictures. Needs a data set of pictures.")
    var robustness = false

    @Flag(help: "Score the samples of all parts.")
    var all = false

    @Flag(help: "Skip unreadable files and list them.")
    var skipUnreadable = false

    @Option(help: "Number of bootstrap replicates for the 95 % intervals; 0 for no intervals.")
    var bootstrap = 1000

    @OptionGroup var cache: CacheOptions

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        guard (0 ... 100_000).contains(bootstrap) else {
            throw ValidationError("--bootstrap must be from 0 to 100000, found \(bootstrap).")
        }
    }

    func run() throws {
        let scoring = Scoring(
            model: model, dataset: dataset, output: output, scoreAll: all, skipUnreadable: skipUnreadable,
            replicates: bootstrap, cacheFolder: cache.folder,
            robustness: robustness)
        let outcome = try scoring.run(workers: threads.workers)
        print(outcome.summary, terminator: "")
    }
}
