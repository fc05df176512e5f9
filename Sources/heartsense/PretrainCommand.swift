import ArgumentParser
import Distribution
import Foundation
import Pretraining

struct PretrainCommand: DistributedCommand {
    static let configuration = CommandConfiguration(
        commandName: "pretrain",
        abstract: "Trains the network whose features the classifiers use.",
        discussion: """
            Examples:
              heartsense pretrain experiments/pretrain-ecg.yaml dataset.path=DIR/train,DIR/synthetic
              heartsense pretrain experiments/pretrain-ecg.yaml dataset.path=DIR/train,DIR/synthetic --resume
              heartsense pretrain experiments/pretrain-ecg.yaml dataset.path=DIR/train --preview augmentation.png
              heartsense train experiments/ecg-image-data.yaml dataset.path=DIR/train extractor.weights=RUN/weights.h5

            Trains a MobileNetV2 on the pictures of one or several data sets, separated by commas in dataset.path. \
            Labels are matched by code. In each epoch the pictures are redrawn with random lines, inks and paper. The \
            run's folder (default runs/<name>/<time>/) contains weights.h5 in the layout of Keras, learning curves \
            (metrics.csv, plots/, tensorboard/) and a model card.

            Each epoch ends with a checkpoint. SIGTERM and Ctrl-C save the state after the current step. --resume \
            continues an interrupted run and gives the same bytes as an uninterrupted one. After kill -9, the epoch that \
            was interrupted is repeated.

            mpirun -n N heartsense pretrain … divides every batch among N processes on one or several hosts. The results \
            have the same bytes for any N (docs/distributed.md).
            """)

    @Flag(help: "List all keys of pretrain with defaults and meaning, and exit.")
    var helpConfig = false

    @Argument(help: "Experiment file (YAML).", completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Argument(help: "Overrides such as seed=7 or augmentation.rotation=5.")
    var overrides: [String] = []

    @Option(help: "Output folder (new or empty). Default: runs/<name>/<time>.", completion: .directory)
    var output: String?

    @Flag(help: "Resume the run in --output, or the newest one of this experiment.")
    var resume = false

    @Option(help: "Draw augmented pictures to this file (.png or .svg), and exit.", completion: .file())
    var preview: String?

    @Flag(help: "Check configuration and data, print the plan, and exit.")
    var dryRun = false

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        if !helpConfig && config == nil {
            throw ValidationError("Missing the experiment file: heartsense pretrain CONFIG")
        }
        if let preview, !["png", "svg"].contains(URL(fileURLWithPath: preview).pathExtension.lowercased()) {
            throw ValidationError("--preview must end in .png or .svg, found \(preview).")
        }
    }

    func run() throws {
        guard !helpConfig, let config else {
            print(PretrainingConfiguration.commentedDefaults, terminator: "")
            return
        }
        let pretraining = try PretrainingRun(
            configuration: PretrainingConfiguration(file: config, overrides: overrides))
        let ranks = try Job.ranks()
        if let preview {
            guard ranks.isFirst else { return }
            try pretraining.preview(to: preview, workers: threads.workers)
            print("Augmentation: \(preview)")
            return
        }
        if dryRun {
            let plan = try pretraining.plan(ranks: ranks, workers: threads.workers)
            if ranks.isFirst { print(plan, terminator: "") }
            return
        }
        let outcome = try pretraining.run(
            output: output, resume: resume, workers: threads.workers, ranks: ranks)
        if let outcome { print(outcome.summary, terminator: "") }
    }
}
