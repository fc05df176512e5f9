import ArgumentParser
import Datasets
import Evaluation
import Foundation
import Inference
import Progress

struct DatasetRenderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Draws WFDB records as a data set of pictures in one black ink.",
        discussion: """
            SOURCE is a WFDB record or a folder of them. --as beats draws every annotated beat (.atr) as the public \
            ECG image set does: from its R peak over 1.2 RR intervals, 187 samples at 125 Hz on 432 × 288 pixels, and \
            gives it its AAMI class. The manifest names record (also as group), lead, sample and symbol, and a fold: \
            whole records, shared out so that every fold has its part of each class. Records with beats of a \
            pacemaker are left out, as EC57 has it.

            Example:
              heartsense dataset render mitdb --output runs/mitdb --as beats --per-record 100
            """)

    enum Kind: String, ExpressibleByArgument, CaseIterable { case beats }

    @Argument(help: "A WFDB record (its name or .hea file), or a folder of records.")
    var source: String

    @Option(help: "The folder to make; it must not exist or be empty.", completion: .directory)
    var output: String

    @Option(name: .customLong("as"), help: "beats: one beat window per picture.")
    var kind = Kind.beats

    @Option(
        help: "A label space (YAML): beats of other classes are left out. N S V F Q of aami.yaml unless said.",
        completion: .file(extensions: ["yaml", "yml"]))
    var labels: String?

    @Option(help: "The lead to draw, or all; II is also MLII, and the first lead stands in where a record has neither.")
    var lead = "II"

    @Option(help: "Beats of each class at most, in all.")
    var perClass: Int?

    @Option(help: "Beats of each class at most, in one record.")
    var perRecord: Int?

    @Option(help: "Folds of whole records; 1 for none.")
    var folds = 4

    @Flag(help: "Draw records with beats of a pacemaker too.")
    var keepPaced = false

    @Option(help: "Every random choice follows from it.")
    var seed: UInt64 = 1

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        for (name, value) in [("--per-class", perClass), ("--per-record", perRecord)] {
            if let value, value < 1 { throw ValidationError("\(name) must be at least 1, found \(value).") }
        }
        guard (1 ... 100).contains(folds) else {
            throw ValidationError("--folds must be from 1 to 100, found \(folds).")
        }
    }

    func run() throws {
        var rendering = BeatRendering()
        rendering.leads = lead.lowercased() == "all" ? .all : .named(lead)
        rendering.perClass = perClass
        rendering.perRecord = perRecord
        rendering.keepsPaced = keepPaced
        rendering.folds = folds
        rendering.seed = seed
        if let labels { rendering.labelSpace = try LabelSpace(contentsOf: labels) }
        let bar = ProgressBar("Pictures", unit: "pictures")
        let notes = try rendering.write(source, to: output, workers: threads.workers) { bar.show($0, of: $1) }
        for note in notes { FileHandle.standardError.write(Data("\(note)\n".utf8)) }
        print(try DatasetSummary(of: DatasetSource.dataset(at: output, labels: nil)).text, terminator: "")
    }
}
