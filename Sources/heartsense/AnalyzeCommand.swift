import ArgumentParser
import Digitization
import Distribution
import Files
import Foundation
import Inference
import Interpretation
import LinearAlgebra
import Progress
import RecordingFormats
import Signals

struct AnalyzeCommand: DistributedCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Finds beats, intervals, rhythm and origin in recordings.",
        discussion: """
            Examples:
              heartsense analyze data/100
              heartsense analyze data/100.hea --leads MLII --json
              heartsense analyze data/100 --annotations beats
              heartsense analyze page.pdf
              heartsense analyze data/00017 --plot findings.svg

            A recording is a WFDB record, named with or without .hea, or a DICOM, SCP-ECG, HL7 aECG, GE MUSE XML, EDF, \
            BDF or CSV file. A page (PDF or picture) is digitized first. The content of the file decides, whatever its \
            name is. Prints one result per recording, in order. If a recording cannot be read, the error goes to \
            stderr, the others are analyzed, and the exit status is 1. mpirun -n N divides the recordings among N \
            processes. Not a medical device.
            """)

    @Argument(help: "Files, or names of WFDB records.", completion: .file())
    var records: [String]

    @Flag(help: "Print one line of JSON per recording.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Also write the beats as WFDB annotations next to the record.", valueName: "extension"))
    var annotations: String?

    @Option(help: ArgumentHelp("Leads to use, separated by commas (default: all).", valueName: "leads"))
    var leads: String?

    @Option(help: ArgumentHelp("Sex of the patient, F or M (default: from the header).", valueName: "F|M"))
    var sex: String?

    @Option(help: ArgumentHelp("Age of the patient in years (default: from the header).", valueName: "years"))
    var age: Double?

    @OptionGroup var csv: CSVColumns
    @Option(
        help: ArgumentHelp(
            "Also draw the recording with beats, waves and findings; one recording only.", valueName: "file.svg"))
    var plot: String?

    @Option(
        help: ArgumentHelp(
            "Model that classifies the beats, for example beats.h5, or rules (default: rules).",
            valueName: "model.h5"),
        completion: .file(extensions: ["h5"]))
    var beatModel: String?

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        if let plot {
            guard plot.lowercased().hasSuffix(".svg") else {
                throw ValidationError("--plot is '\(plot)', expected a name that ends in .svg.")
            }
            guard records.count == 1 else {
                throw ValidationError("--plot draws one recording, found \(records.count). Analyze them one by one.")
            }
        }
        if let sex, sex != "F", sex != "M" { throw ValidationError("--sex is '\(sex)', expected F or M.") }
        if let age, !(0 ... 130).contains(age) {
            throw ValidationError("--age is \(age), expected a number of years from 0 to 130.")
        }
        if let annotations, annotations.isEmpty || !annotations.allSatisfy(\.isLetter) {
            throw ValidationError("--annotations is '\(annotations)', expected letters only, for example beats.")
        }
        if let annotations, ["hea", "dat", "mat", "dcm", "scp", "xml", "edf", "bdf", "csv"].contains(annotations) {
            throw ValidationError("--annotations \(annotations) would replace the record itself. Use another name.")
        }
    }

    /// The results of one file: texts for both streams, and files to write.
    private struct Outcome: Codable {
        struct WrittenFile: Codable {
            let path: String
            let content: Data
        }

        var output = ""
        var errors = ""
        var files: [WrittenFile] = []
        /// Whether something went wrong that did not end the work on the file.
        var hasUnusablePage = false
        var failed = false

        mutating func fail(_ error: any Error) {
            failed = true
            errors += "Error: \(error)\n"
        }
    }

    func run() throws {
        var failed = false
        let ranks = try Job.ranks()
        let classifier = try beatClassifier()
        // The recordings are analyzed one after the other in each rank, with all of its threads.
        try ranks.distribute(records.count, workers: Workers(count: 1)) { index, _ in
            // The values of an outcome can always be encoded.
            (try? JSONEncoder().encode(outcome(of: records[index], classifier))).map(Array.init) ?? []
        } consume: { _, bytes in
            var outcome = try JSONDecoder().decode(Outcome.self, from: Data(bytes))
            do {
                for file in outcome.files { try AtomicFile.write(file.content, to: file.path) }
            } catch {
                outcome.fail(error)
                outcome.output = ""
            }
            FileHandle.standardError.write(Data(outcome.errors.utf8))
            print(outcome.output, terminator: "")
            if outcome.failed || outcome.hasUnusablePage { failed = true }
        }
        if failed { throw ExitCode(1) }
    }

    private func outcome(of path: String, _ classifier: BeatClassifier?) -> Outcome {
        var outcome = Outcome()
        do {
            if PageDigitizer.isPage(path) {
                try analyzePages(of: path, classifier, into: &outcome)
            } else {
                let record = try RecordingFile(path, csv: csv.options)
                try analyze(
                    record.recording, file: path, patient: record.patient, classifier, into: &outcome)
            }
        } catch { outcome.fail(error) }
        return outcome
    }

    /// Digitizes and analyzes the pages of a file.
    private func analyzePages(of path: String, _ classifier: BeatClassifier?, into outcome: inout Outcome) throws {
        let file = try PageDigitizer().digitize(contentsOf: path)
        for page in file.pages {
            let name = page.number > 1 ? "\(path), page \(page.number)" : path
            let problems = page.reasons.map(\.sentence).joined(separator: " ")
            if !problems.isEmpty {
                let title = page.isUsable ? "Warning" : "Error"
                outcome.errors += "\(title): \(name): \(problems)\n"
            }
            guard page.isUsable else {
                outcome.hasUnusablePage = true
                continue
            }
            try analyze(page.recording, file: name, patient: Patient(), page: page.number, classifier, into: &outcome)
        }
    }

    /// Analyzes a recording. The outcome receives the result and the files that the options ask for.
    ///
    /// - Parameter page: the page of the file; the names of written files contain it from the second page on.
    private func analyze(
        _ recording: Recording, file: String, patient known: Patient, page: Int = 1, _ classifier: BeatClassifier?,
        into outcome: inout Outcome
    ) throws {
        let bar = recording.duration > 3600 ? ProgressBar("Analysis of \(file)", unit: "%") : nil
        let selected = try selected(recording, path: file)
        let interpretation = try Interpretation(of: selected, patient: patient(known)) { beats in
            try classifier?.classify(beats, of: selected, workers: threads.workers) ?? beats
        } progress: {
            bar?.show(Int(100 * $0), of: 100)
        }
        if let error = recording.readingError { throw error }
        let suffix = page > 1 ? "-\(page)" : ""
        if let plot {
            let path = String(plot.dropLast(4)) + suffix + ".svg"
            outcome.files.append(.init(path: path, content: try interpretation.plot(file: file)))
        }
        if let annotations {
            let path = Self.stem(file) + suffix + "." + annotations
            outcome.files.append(.init(path: path, content: try self.annotations(interpretation, path: path)))
        }
        outcome.output +=
            try json
            ? AnalysisReport(
                interpretation, file: file, beatClasses: classifier.map { "model \($0.model.name)" } ?? "rules"
            ).jsonLine() : interpretation.terminalText(file: file)
        outcome.output += "\n"
    }

    /// Loads the model of beats; nil for the detector's rules.
    private func beatClassifier() throws -> BeatClassifier? {
        // The rules are better than beats.h5 on the records of docs/recordings.md, so the model is used only if asked for.
        guard let beatModel, beatModel != "rules" else { return nil }
        let path = try ShippedModels().path(of: beatModel)
        return try BeatClassifier(model: ModelFile.read(path), path: path)
    }

    /// The path without the extension of a file; a WFDB record can be named without one.
    private static func stem(_ path: String) -> String {
        guard path.hasSuffix(".hea") || FileManager.default.fileExists(atPath: path) else { return path }
        return (path as NSString).deletingPathExtension
    }

    private func patient(_ known: Patient) -> Patient {
        var patient = known
        if let sex { patient.sex = sex == "F" ? .female : .male }
        if let age { patient.age = age }
        return patient
    }

    private func selected(_ recording: Recording, path: String) throws -> Recording {
        guard let leads else { return recording }
        let chosen = try leads.split(separator: ",").map { name -> Recording.Lead in
            guard let lead = recording.lead(named: String(name)) else {
                throw LeadError(path: path, lead: String(name), known: recording.leads.map(\.name))
            }
            return lead
        }
        return Recording(samplingRate: recording.samplingRate, leads: chosen)
    }

    private func annotations(_ interpretation: Interpretation, path: String) throws -> Data {
        let marks = interpretation.beats.beats.map { beat in
            WFDBAnnotation(sample: beat.sample, code: WFDBAnnotation.code(of: beat.beatClass.code) ?? 13)
        }
        return try WFDBAnnotations(marks, timeResolution: interpretation.recording.samplingRate).content(path: path)
    }
}

/// A lead that the recording does not have.
private struct LeadError: Error, CustomStringConvertible {
    let path: String
    let lead: String
    let known: [String]

    var description: String { "\(path): there is no lead '\(lead)'. Leads: \(known.joined(separator: ", "))." }
}
