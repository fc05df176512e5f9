import ArgumentParser
import Datasets
import Digitization
import Files
import Foundation
import Imaging
import Inference
import LeakageAudit
import Progress
import RecordingFormats

struct DatasetAuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Checks whether labels can be predicted without looking at the ECG.",
        discussion: """
            Examples:
              heartsense dataset audit DIR/train
              heartsense dataset audit DIR/train --ink neutral --output audit.json --plot audit.svg
              heartsense dataset audit datasets/ptbxl-sample

            Measures single numbers of each picture that do not describe the ECG: gray levels and hues of the ink, \
            margins, size, format, metadata and more. For each label and number, classifiers of that number alone are \
            cross-validated. A label LEAKS if the best number is above the 99th percentile of a permutation test over \
            all numbers. Its balanced accuracy must also be at least 0.25 above chance (0.75 for a label against the \
            rest).

            The trace itself influences ink fraction, trailing flat line and file size, and all numbers after neutral \
            ink. For these the limit is 0.45 above chance (0.95). Except for file size, the lower end of a one-sided \
            95 % interval must also reach it. Pairs of numbers, duplicates, near-duplicates and groups in several parts \
            are reported, but do not change the exit status. Unreadable files are listed and skipped.

            Of recordings, the numbers are facts of file and device: duration, sampling rate, number of leads, smallest \
            step, file size, date and noise level. Pages among recordings are left out.

            Exit status 3 if a label leaks. --ink neutral audits the pictures after neutral ink, the default of \
            training.
            """)

    enum Ink: String, ExpressibleByArgument, CaseIterable {
        case asDrawn = "as-drawn"
        case neutral
    }

    @Argument(help: "A folder with manifest.csv or with one subfolder per class.")
    var dataset: String

    @Option(help: "The pictures to audit: as drawn, or after neutral ink.")
    var ink = Ink.asDrawn

    @Option(help: "Also write all findings as JSON.", completion: .file(extensions: ["json"]))
    var output: String?

    @Option(help: "Also draw the best number of each label with its limit (.svg or .png).", completion: .file())
    var plot: String?

    @Option(help: "Seed of folds and permutations.")
    var seed: UInt64 = 1

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        if let plot {
            guard ["svg", "png"].contains(URL(fileURLWithPath: plot).pathExtension.lowercased()) else {
                throw ValidationError("--plot must end in .svg or .png, found \(plot).")
            }
        }
    }

    func run() throws {
        // Creates the folders first, so that an error appears before the long computation.
        for path in [output, plot].compactMap({ $0 }) {
            try AtomicFile.makeFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
        }
        guard case .pictures(let listed) = try DatasetSource.open(dataset, labels: nil, skippingMissing: true) else {
            throw AuditError.noPictures(path: dataset)
        }
        let recordings = listed.samples.indices.filter { !PageDigitizer.isPage(listed.path(of: listed.samples[$0])) }
        // A damaged picture among pictures is no recording either: the audit of pictures lists it.
        if recordings.contains(where: { Self.isRecord(listed.path(of: listed.samples[$0])) }) {
            try audit(recordings: listed.subset(recordings), pages: listed.samples.count - recordings.count)
        } else {
            try audit(pictures: listed)
        }
    }

    /// Whether a path names a recording: a WFDB record without extension, or a file of another format of recordings.
    private static func isRecord(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path + ".hea") || (try? RecordingFile(path)) != nil
    }

    private func audit(recordings: Dataset, pages: Int) throws {
        guard ink == .asDrawn else { throw AuditError.inkOfRecordings(path: dataset) }
        let bar = ProgressBar("Recordings", unit: "recordings")
        let permutations = ProgressBar("Permutations", unit: "permutations")
        let audit = try RecordingsAudit(
            of: recordings, pages: pages, settings: .init(seed: seed), workers: threads.workers
        ) { stage, done, total in
            switch stage {
            case .recordings: bar.show(done, of: total)
            case .permutations: permutations.show(done, of: total)
            }
        }
        print(audit.terminalText(), terminator: "")
        if let output { try AtomicFile.write(try audit.json(), to: output) }
        if let plot { try audit.figure.write(to: plot) }
        if audit.leaks { throw ExitCode(3) }
    }

    private func audit(pictures listed: Dataset) throws {
        let pictures = ProgressBar("Pictures", unit: "pictures")
        let permutations = ProgressBar("Permutations", unit: "permutations")
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
