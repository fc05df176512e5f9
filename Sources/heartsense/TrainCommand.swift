import ArgumentParser
import Experiments
import Foundation

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains an ensemble as an experiment file says, and evaluates it.",
        discussion: """
            The run's folder (runs/<name>/<time>/ unless --output says otherwise) gets the resolved configuration, the
            log, model.h5, predictions.csv, metrics.json, figures, report.html and a model card. key=value overrides
            any key of the file.

            Examples:
              heartsense train experiments/demo.yaml
              heartsense train experiments/ecg-image-data.yaml dataset.path=DIR extractor.weights=FILE.h5
              heartsense train experiments/demo.yaml classifiers.mlaram.vigilance=0.8 classifiers.ml-svm=off
            """)

    @Flag(help: "List every key of an experiment file with its default and meaning, and stop.")
    var helpConfig = false

    @Argument(help: "The experiment file (YAML).", completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Argument(help: "Overrides such as seed=7 or balance.undersample_above=off.")
    var overrides: [String] = []

    @Option(help: "The run's folder; it must be empty or not exist yet.", completion: .directory)
    var output: String?

    @Flag(help: "Go on with the run in --output, or with the newest unfinished one of this experiment.")
    var resume = false

    @Flag(help: "Check the configuration and the data, say what would be done, and stop.")
    var dryRun = false

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        if !helpConfig && config == nil {
            throw ValidationError("Missing the experiment file: heartsense train CONFIG")
        }
    }

    func run() throws {
        guard !helpConfig, let config else {
            print(ExperimentConfiguration.commentedDefaults, terminator: "")
            return
        }
        let training = try Training(configuration: ExperimentConfiguration(file: config, overrides: overrides))
        if dryRun {
            print(try training.plan(), terminator: "")
            return
        }
        let outcome = try training.run(output: output, resume: resume, workers: threads.workers)
        print(outcome.summary, terminator: "")
    }
}
