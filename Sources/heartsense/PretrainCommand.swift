import ArgumentParser
import Foundation
import Pretraining

struct PretrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pretrain",
        abstract: "Trains the network itself, whose features the classifiers read.",
        discussion: """
            Learns a MobileNetV2 from the pictures of one or several data sets, drawn anew in each epoch by other pens \
            on other paper, and writes it as weights.h5 in Keras' layout, with curves (metrics.csv, plots/, \
            tensorboard/) and a card, into the run's folder (runs/<name>/<time>/ unless --output says otherwise). \
            dataset.path may name several folders with commas between them; their labels are matched by code.

            Each epoch ends with a checkpoint. SIGTERM and Ctrl-C save the state after the step in progress; --resume \
            goes on from there, or after kill -9 from the last whole epoch, and ends with the same bytes as if nothing \
            had happened.

            Examples:
              heartsense pretrain experiments/pretrain-ecg.yaml dataset.path=DIR/train,DIR/synthetic
              heartsense pretrain experiments/pretrain-ecg.yaml --preview augmentation.png
              heartsense pretrain experiments/pretrain-ecg.yaml --resume
              heartsense train experiments/ecg-image-data.yaml extractor.weights=RUN/weights.h5
            """)

    @Flag(help: "List every key that pretrain reads with its default and meaning, and stop.")
    var helpConfig = false

    @Argument(help: "The experiment file (YAML).", completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Argument(help: "Overrides such as seed=7 or augmentation.rotation=5.")
    var overrides: [String] = []

    @Option(help: "The folder of the run; it must be empty or not exist yet.", completion: .directory)
    var output: String?

    @Flag(help: "Go on with the run in --output, or with the newest one of this experiment.")
    var resume = false

    @Option(help: "Draw what augmentation does into this PNG or SVG file, and stop.", completion: .file())
    var preview: String?

    @Flag(help: "Check the configuration and the data, say what would be done, and stop.")
    var dryRun = false

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        if !helpConfig && config == nil {
            throw ValidationError("Missing the experiment file: heartsense pretrain CONFIG")
        }
        if let preview, !["png", "svg"].contains(URL(fileURLWithPath: preview).pathExtension.lowercased()) {
            throw ValidationError("--preview writes a .png or .svg file, found \(preview).")
        }
    }

    func run() throws {
        guard !helpConfig, let config else {
            print(PretrainingConfiguration.commentedDefaults, terminator: "")
            return
        }
        let pretraining = try PretrainingRun(
            configuration: PretrainingConfiguration(file: config, overrides: overrides))
        if let preview {
            try pretraining.preview(to: preview, workers: threads.workers)
            print("Augmentation: \(preview)")
            return
        }
        if dryRun {
            print(try pretraining.plan(), terminator: "")
            return
        }
        print(try pretraining.run(output: output, resume: resume, workers: threads.workers).summary, terminator: "")
    }
}
