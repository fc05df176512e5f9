import ArgumentParser
import Datasets
import Evaluation
import Inference
import Progress

struct DatasetSynthesizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synthesize",
        abstract: "Makes a data set of synthetic ECG images of six conditions.",
        discussion: """
            The beats come from a dynamical model of the ECG; ink, width, size and paper are drawn at random, so that
            nothing but the shape tells the class. The same seed gives the same pictures.

            Example:
              heartsense dataset synthesize --output runs/demo-data --as beats --per-class 200 --seed 1
            """)

    enum Kind: String, ExpressibleByArgument, CaseIterable { case beats }

    @Option(help: "The folder to make; it must not exist or be empty.", completion: .directory)
    var output: String

    @Option(name: .customLong("as"), help: "beats: one beat window per picture.")
    var kind = Kind.beats

    @Option(help: "Pictures of each class.")
    var perClass = 200

    @Option(help: "Every random choice follows from it.")
    var seed: UInt64 = 1

    @Option(help: "varied: no two pages alike; public: black, cut and drawn as `dataset render` and the public set do.")
    var look = SyntheticBeats.Look.varied

    @Flag(help: "Draw each class in an ink of its own, as the public set does: for showing what a leak does.")
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
