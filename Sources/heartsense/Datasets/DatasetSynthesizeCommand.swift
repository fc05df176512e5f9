import ArgumentParser
import Datasets
import Evaluation
import Inference
import PageDrawing
import Progress

struct DatasetSynthesizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synthesize",
        abstract: "Creates a data set of synthetic ECG images: beats of six conditions, or pages.",
        discussion: """
            Examples:
              heartsense dataset synthesize --output runs/demo-data --as beats --per-class 200 --seed 1
              heartsense dataset synthesize --output runs/pages --as pages --per-class 20 --degrade random

            Beats come from a dynamical model of the ECG. Ink, line width, size and paper are random, so that only \
            the shape of the beat determines the class. The same seed gives the same pictures.

            Pages show ten seconds of twelve leads of sinus rhythm, atrial fibrillation, ventricular premature beats, \
            infarction or hypertrophy, with the places of leads and traces (.json) and the record (.hea, .dat).
            """)

    enum Kind: String, ExpressibleByArgument, CaseIterable { case beats, pages }

    @Option(help: "Output folder (new or empty).", completion: .directory)
    var output: String

    @Option(name: .customLong("as"), help: "beats: one beat per picture; pages: ten seconds of twelve leads.")
    var kind = Kind.beats

    @Option(help: "Number of pictures per class.")
    var perClass = 200

    @Option(help: "Random seed.")
    var seed: UInt64 = 1

    @Option(help: "Beats only. varied: random paper, ink and size; public: black ink, drawn like `dataset render`.")
    var look = SyntheticBeats.Look.varied

    @Flag(help: "Draw each class in its own ink color, to demonstrate a leak.")
    var leaking = false

    @OptionGroup var pages: PageSetOptions

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        guard perClass >= 1 else { throw ValidationError("--per-class must be at least 1, found \(perClass).") }
    }

    func run() throws {
        if kind == .pages {
            let bar = ProgressBar("Pages", unit: "pages")
            try pages.pageSet(seed: seed).write(
                SyntheticPages.items(perClass: perClass, seed: seed), to: output,
                extra: ["labels.yaml": SyntheticPages.labels], workers: threads.workers
            ) { bar.show($0, of: $1) }
        } else {
            try writeBeats()
        }
        print(try DatasetSummary(of: DatasetSource.dataset(at: output, labels: nil)).text, terminator: "")
    }

    private func writeBeats() throws {
        let bar = ProgressBar("Pictures", unit: "pictures")
        try SyntheticBeats.write(
            to: output, perClass: perClass, seed: seed, look: look, leaking: leaking, workers: threads.workers,
            progress: { bar.show($0, of: $1) })
    }
}

extension SyntheticBeats.Look: ExpressibleByArgument {}
