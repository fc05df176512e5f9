import ArgumentParser
import Datasets
import Files
import Foundation
import Imaging
import Inference
import LeakageAudit
import Progress

struct DatasetAuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Finds out whether a data set's labels can be told without looking at the heart.",
        discussion: """
            From each picture one-number probes are read that know nothing of its ECG: greys and hues of the ink, grey \
            levels, margins, size, format, metadata and more. For each label and probe, classifiers of that number \
            alone are cross-validated. A label LEAKS when the best probe beats the 99th percentile of what the best of \
            all probes reaches with the labels dealt out at random, and is at least 0.25 above chance in balanced \
            accuracy (0.75 for a label against the rest).

            Numbers that the trace itself has a part in (ink fraction, trailing flat line, file size; with neutral ink \
            every number) may tell of the heart as well as of the layout: they are shown, and convict from 0.45 above \
            chance (0.95), which must be sure (one-sided 95 %) where the drawing itself is measured. Pairs of probes, \
            duplicates, near-duplicates and groups in several parts are shown and decide nothing. Files that cannot be \
            read are listed and left out.

            Exit status 3 if a label leaks. --ink neutral audits what neutral ink, the default of training, leaves.

            Examples:
              heartsense dataset audit DIR/train
              heartsense dataset audit DIR/train --ink neutral --output audit.json --plot audit.svg
            """)

    enum Ink: String, ExpressibleByArgument, CaseIterable {
        case asDrawn = "as-drawn"
        case neutral
    }

    @Argument(help: "A folder with manifest.csv, or a folder of class folders.")
    var dataset: String

    @Option(help: "What the verdict is about: the pictures as drawn, or what neutral ink leaves of them.")
    var ink = Ink.asDrawn

    @Option(help: "Write everything that was found to this JSON file.", completion: .file(extensions: ["json"]))
    var output: String?

    @Option(help: "Draw the best probes with their limits to this file (.svg or .png).", completion: .file())
    var plot: String?

    @Option(help: "The seed of folds and random labels.")
    var seed: UInt64 = 1

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        if let plot {
            guard ["svg", "png"].contains(URL(fileURLWithPath: plot).pathExtension.lowercased()) else {
                throw ValidationError("--plot must name a file that ends in .svg or .png, found \(plot).")
            }
        }
    }

    func run() throws {
        // A folder that cannot be made is told of before the work.
        for path in [output, plot].compactMap({ $0 }) {
            try AtomicFile.makeFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
        }
        let pictures = ProgressBar("Pictures", unit: "pictures")
        let permutations = ProgressBar("Permutations", unit: "permutations")
        guard case .pictures(let listed) = try DatasetSource.open(dataset, labels: nil, skippingMissing: true) else {
            throw AuditError.noPictures(path: dataset)
        }
        let audit = try DatasetAudit(
            of: listed, ink: ink == .neutral ? .neutral : .asDrawn, settings: .init(seed: seed),
            workers: threads.workers
        ) { stage, done, total in
            switch stage {
            case .pictures: pictures.show(done, of: total)
            case .permutations: permutations.show(done, of: total)
            }
        }
        print(DatasetAuditText(of: audit).text, terminator: "")
        if let output { try AtomicFile.write(try audit.json(), to: output) }
        if let plot { try audit.figure.write(to: plot) }
        if audit.leaks { throw ExitCode(3) }
    }
}
