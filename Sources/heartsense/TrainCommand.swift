import ArgumentParser
import Distribution
import Foundation
import Training

struct TrainCommand: DistributedCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains and evaluates an ensemble from an experiment file.",
        discussion: """
            Examples:
              heartsense train experiments/demo.yaml
              heartsense train experiments/ecg-image-data.yaml dataset.path=DIR/train extractor.weights=FILE.h5
              heartsense train experiments/demo.yaml classifiers.mlaram.vigilance=0.8 classifiers.ml-svm=off
              heartsense train experiments/demo.yaml ensemble.vote=soft,hard classifiers.ml-svm.C=1,5,20
              heartsense train experiments/demo.yaml dataset.split=kfold dataset.folds=10

            The run's folder (default runs/<name>/<time>/) contains the resolved configuration, the log, model.h5, \
            predictions.csv, metrics.json, figures, report.html and a model card.

            key=value overrides a key of the file. key=a,b,c starts a sweep, which trains all combinations. Write a comma \
            inside a value as \\, or put the value between quotation marks: 'dataset.path="a,b"'. The folder of a sweep (default runs/<name>/multirun/<time>/) has a table of results; the exit status is 1 if a run \
            fails. --resume continues an interrupted run or sweep. The results are the same as without interruption. \
            mpirun -n N divides the runs of a sweep among N processes.
            """)

    @Flag(help: "List all keys of an experiment file with defaults and meaning, and exit.")
    var helpConfig = false

    @Argument(help: "Experiment file (YAML).", completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Argument(help: "Overrides such as seed=7. Several values such as seed=1,2,3 start a sweep.")
    var overrides: [String] = []

    @Option(help: "Output folder (new or empty). Default: runs/<name>/<time>.", completion: .directory)
    var output: String?

    @Flag(help: "Resume the run or sweep in --output, or the newest one of this experiment.")
    var resume = false

    @Flag(help: "Check configuration and data, print the plan, and exit.")
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
        let size = Launch().size
        guard size == 1 else { throw DistributionError.notDistributed(command: "train of one run", size: size) }
        let training = try TrainingRun(configuration: ExperimentConfiguration(file: config, overrides: overrides))
        if dryRun {
            print(try training.plan(), terminator: "")
            return
        }
        let outcome = try training.run(output: output, resume: resume, workers: threads.workers)
        print(outcome.summary, terminator: "")
    }

    private func run(_ sweep: SweepRun) throws {
        let ranks = try Job.ranks()
        if dryRun {
            guard ranks.isFirst else { return }
            let (plan, failed) = sweep.plan()
            print(plan, terminator: "")
            if failed > 0 { throw ExitCode(1) }
            return
        }
        guard
            let outcome = try sweep.run(output: output, resume: resume, workers: threads.workers, ranks: ranks)
        else { return }
        print(outcome.summary, terminator: "")
        if outcome.failed > 0 { throw ExitCode(1) }
    }
}
