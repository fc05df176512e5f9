import ArgumentParser
import Datasets
import Evaluation
import Foundation
import Inference
import PageDrawing
import Progress

struct DatasetRenderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Draws WFDB records as a data set of pictures, of beats or of pages.",
        discussion: """
            Examples:
              heartsense dataset render mitdb --output runs/mitdb --as beats --per-record 100
              heartsense dataset render ludb --output runs/pages --as pages --layout random --degrade random

            SOURCE is a WFDB record or a folder of records. --as beats draws each annotated beat (.atr) like the \
            public ECG image set: from the R peak over 1.2 RR intervals, 187 samples at 125 Hz on 432 × 288 pixels, \
            labeled with its AAMI class. The manifest lists record (also as group), lead, sample, symbol and fold. \
            Folds consist of whole records, with a similar share of each class. Records with paced beats are left \
            out, as in EC57.

            --as pages draws ten seconds of each record on millimeter paper: a picture, the places of leads and \
            traces in it (.json), and the drawn part of the record (.hea, .dat). --degrade adds rotation, \
            perspective, shadow and other traces of use. The pages of a data set of records (manifest.csv) get its \
            labels, groups and folds; else the column labels is empty: fill it in to train with the set.
            """)

    enum Kind: String, ExpressibleByArgument, CaseIterable { case beats, pages }

    @Argument(help: "A WFDB record (its name or .hea file), a folder of records, or for pages a data set of records.")
    var source: String

    @Option(help: "Output folder (new or empty).", completion: .directory)
    var output: String

    @Option(name: .customLong("as"), help: "beats: one beat per picture; pages: ten seconds of all leads.")
    var kind = Kind.beats

    @Option(
        help: "Label space (YAML). Beats of other classes are left out. Default: N S V F Q of aami.yaml.",
        completion: .file(extensions: ["yaml", "yml"]))
    var labels: String?

    @Option(help: "Lead to draw, or all. II also matches MLII; a record with neither uses its first lead.")
    var lead = "II"

    @Option(help: "Maximum number of beats per class.")
    var perClass: Int?

    @Option(help: "Maximum number of beats per class and record, or of pages per record (default: 1 page).")
    var perRecord: Int?

    @Option(help: "Number of folds of whole records; 1 for none.")
    var folds = 4

    @Flag(help: "Also draw records with paced beats.")
    var keepPaced = false

    @Option(help: "Random seed.")
    var seed: UInt64 = 1

    @OptionGroup var pages: PageSetOptions

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        for (name, value) in [("--per-class", perClass), ("--per-record", perRecord)] {
            if let value, value < 1 { throw ValidationError("\(name) must be at least 1, found \(value).") }
        }
        guard (1 ... 100).contains(folds) else {
            throw ValidationError("--folds must be from 1 to 100, found \(folds).")
        }
        try pages.check(
            isPages: kind == .pages,
            beatOptions: [
                ("--labels", labels != nil), ("--per-class", perClass != nil), ("--keep-paced", keepPaced),
            ])
    }

    /// The data set of records to draw as pages; nil for records without a manifest.
    private func sourceDataset() throws -> Dataset? {
        guard FileManager.default.fileExists(atPath: "\(source)/manifest.csv") else { return nil }
        return try DatasetSource.open(source, labels: nil, kind: .recording).dataset
    }

    func run() throws {
        if kind == .pages {
            let dataset = try sourceDataset()
            let items: [PageSet.Item]
            var extra: [String: String] = [:]
            if let dataset {
                items = try PageSet.items(of: dataset, perRecord: perRecord ?? 1)
                extra["labels.yaml"] = dataset.labelSpace.yaml
            } else {
                items = try PageSet.items(of: source, perRecord: perRecord ?? 1)
            }
            let bar = ProgressBar("Pages", unit: "pages")
            try pages.pageSet(seed: seed).write(items, to: output, extra: extra, workers: threads.workers) {
                bar.show($0, of: $1)
            }
            print("\(output): \(items.count) pages")
            return
        }
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
