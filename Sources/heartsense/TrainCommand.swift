import ArgumentParser
import Foundation
import Training

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains an ensemble as an experiment file says, and evaluates it.",
        discussion: """
            The run's folder (runs/<name>/<time>/ unless --output says otherwise) gets the resolved configuration, the
            log, model.h5, predictions.csv, metrics.json, figures, report.html and a model card. key=value overrides
            any key of the file; key=a,b,c trains every combination into runs/<name>/multirun/<time>/ with a table of
            the results, and ends with status 1 if one of them failed. --resume goes on with what was interrupted, be
            it a run or a sweep, and gives the same results as if nothing had happened.

            Examples:
              heartsense train experiments/demo.yaml
              heartsense train experiments/ecg-image-data.yaml dataset.path=DIR extractor.weights=FILE.h5
              heartsense train experiments/demo.yaml classifiers.mlaram.vigilance=0.8 classifiers.ml-svm=off
              heartsense train experiments/demo.yaml ensemble.vote=soft,hard classifiers.ml-svm.C=1,5,20
              heartsense train experiments/demo.yaml dataset.split=kfold dataset.folds=10
            """)

    @Flag(help: "List every key of an experiment file with its default and meaning, and stop.")
    var helpConfig = false

    @Argument(help: "The experiment file (YAML).", completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Argument(help: "Overrides such as seed=7; several values such as seed=1,2,3 make a sweep.")
    var overrides: [String] = []

    @Option(help: "The folder of the run or sweep; it must be empty or not exist yet.", completion: .directory)
    var output: String?

    @Flag(help: "Go on with the run or sweep in --output, or with the newest one of this experiment.")
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
        if let sweep = try Sweep(file: config, overrides: overrides) { return try run(SweepRun(sweep)) }
        let training = try TrainingRun(configuration: ExperimentConfiguration(file: config, overrides: overrides))
        if dryRun {
            print(try training.plan(), terminator: "")
            return
        }
        let outcome = try training.run(output: output, resume: resume, workers: threads.workers)
        print(outcome.summary, terminator: "")
    }

    private func run(_ sweep: SweepRun) throws {
        if dryRun {
            print(sweep.plan, terminator: "")
            return
        }
        let outcome = try sweep.run(output: output, resume: resume, workers: threads.workers)
        print(outcome.summary, terminator: "")
        if outcome.failed > 0 { throw ExitCode(1) }
    }
}
