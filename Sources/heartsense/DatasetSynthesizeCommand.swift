import ArgumentParser
import Datasets
import Evaluation
import Inference
import Progress

struct DatasetSynthesizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synthesize",
        abstract: "Creates a data set of synthetic ECG images of six conditions.",
        discussion: """
            Example:
              heartsense dataset synthesize --output runs/demo-data --as beats --per-class 200 --seed 1

            Beats come from a dynamical model of the ECG. Ink, line width, size and paper are random, so that only \
            the shape of the beat determines the class. The same seed gives the same pictures.
            """)

    enum Kind: String, ExpressibleByArgument, CaseIterable { case beats }

    @Option(help: "Output folder (new or empty).", completion: .directory)
    var output: String

    @Option(name: .customLong("as"), help: "beats: one beat window per picture.")
    var kind = Kind.beats

    @Option(help: "Number of pictures per class.")
    var perClass = 200

    @Option(help: "Random seed.")
    var seed: UInt64 = 1

    @Option(help: "varied: random paper, ink and size; public: black ink, drawn like `dataset render`.")
    var look = SyntheticBeats.Look.varied

    @Flag(help: "Draw each class in its own ink color, to demonstrate a leak.")
    var leaking = false

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        guard perClass >= 1 else { throw ValidationError("--per-class must be at least 1, found \(perClass).") }
    }

    func run() throws {
        let bar = ProgressBar("Pictures", unit: "pictures")
        try SyntheticBeats.write(
            to: output, perClass: perClass, seed: seed, look: look, leaking: leaking, workers: threads.workers,
            progress: { bar.show($0, of: $1) })
        print(try DatasetSummary(of: DatasetSource.dataset(at: output, labels: nil)).text, terminator: "")
    }
}

extension SyntheticBeats.Look: ExpressibleByArgument {}
