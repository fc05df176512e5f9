import ArgumentParser
import Digitization
import Distribution
import Files
import Foundation
import LinearAlgebra
import Progress
import RecordingFormats

struct DigitizeCommand: DistributedCommand {
    static let configuration = CommandConfiguration(
        commandName: "digitize",
        abstract: "Turns pages with ECGs into WFDB records.",
        discussion: """
            Examples:
              heartsense digitize page.pdf --output runs/pages
              heartsense digitize scans --output runs/pages --json --overlay

            FILE is a PDF, PNG, JPEG, TIFF, BMP, WebP, HEIC or GIF file, or a folder of such files. Writes DIR/NAME.hea \
            and DIR/NAME.dat for each page (mV at 500 Hz, each lead at the time of its column), further pages of a file \
            as NAME-2 and so on, and the results as DIR/NAME.json. A file whose results are up to date is skipped. \
            An unusable page gives no record and exit status 1. mpirun -n N divides the files among N processes. Not a \
            medical device.
            """)

    @Argument(help: "Pages, or folders of pages.", completion: .file())
    var files: [String]

    @Option(help: ArgumentHelp("Output folder.", valueName: "dir"), completion: .directory)
    var output: String

    @Flag(help: "Print one line of JSON per page.")
    var json = false

    @Flag(help: "Also write NAME-overlay.png: the page with grid, lead boxes, names and traces in color.")
    var overlay = false

    @Flag(help: "Also write NAME.csv: time in s, leads in mV.")
    var csv = false

    @Flag(help: "Paint header, footer and other text over in all pictures that are written.")
    var deidentify = false

    @Flag(help: "Also write records of unusable pages, as far as leads were read.")
    var keep = false

    @OptionGroup var threads: ThreadOptions

    func run() throws {
        let ranks = try Job.ranks()
        if ranks.isFirst { try AtomicFile.makeFolder(output) }
        let inputs = try Self.inputs(files)
        try ranks.checkEqual(
            "The list of files", Digest(of: "\(inputs.map(\.path))").description,
            advice: "Give all ranks the same files.")
        // Rank 0 has the results of earlier runs and writes the new ones.
        var results: [Outcome?] =
            ranks.isFirst
            ? try threads.workers.map(inputs.count) { index, _ in
                stored(inputs[index]).map { Outcome(stored: $0, files: [], error: nil) }
            } : []
        let isOpen = ranks.broadcast(results.map { $0 == nil ? 1 : 0 })
        let open = isOpen.indices.filter { isOpen[$0] == 1 }
        let skipped = isOpen.count - open.count
        let bar = ProgressBar("Pages", unit: "files")
        try ranks.distribute(open.count, workers: threads.workers) { index, _ in
            // The values of an outcome can always be encoded.
            (try? JSONEncoder().encode(outcome(of: inputs[open[index]], ranks))).map(Array.init) ?? []
        } progress: {
            if inputs.count > 1 { bar.show(skipped + $0, of: inputs.count) }
        } consume: { index, bytes in
            var outcome = try JSONDecoder().decode(Outcome.self, from: Data(bytes))
            do {
                for file in outcome.files { try AtomicFile.write(file.content, to: "\(output)/\(file.name)") }
            } catch { outcome = Outcome(stored: nil, files: [], error: "\(error)") }
            outcome.files = []
            results[open[index]] = outcome
        }
        guard ranks.isFirst else { return }
        var failed = false
        for case .some(let result) in results {
            for page in result.stored?.pages ?? [] {
                print(json ? page.json : page.text)
                if !page.isUsable { failed = true }
            }
            if let note = result.stored?.note { Self.report(note) }
            if let error = result.error {
                failed = true
                Self.report("Error: \(error)")
            }
        }
        if skipped > 0 { Self.report("Up to date, not digitized again: \(skipped) of \(inputs.count) files.") }
        if failed { throw ExitCode(1) }
    }

    private static func report(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }

    // MARK: - Input

    private struct Input: Sendable {
        let path: String
        /// The name of the record.
        let name: String
    }

    /// Files in order; the pages of a folder in natural order.
    private static func inputs(_ paths: [String]) throws -> [Input] {
        var found: [String] = []
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                guard FileManager.default.fileExists(atPath: path + ".hea") else {
                    throw FileError.missing(path: path)
                }
                throw PageInputError.recording(path)
            }
            guard isFolder.boolValue else {
                found.append(path)
                continue
            }
            let listing = try FolderListing(of: path)
            let pages = listing.names.map { "\(path)/\($0)" }.filter(PageDigitizer.isPage)
            // Reading them gives the reason why they cannot be opened.
            let foreign = listing.foreignNames.map { "\(path)/\($0)" }
            guard !pages.isEmpty || !foreign.isEmpty else { throw PageInputError.emptyFolder(path) }
            found += pages + foreign
        }
        var known: [String: String] = [:]
        return try found.map { path in
            let name = recordName(path)
            if let other = known.updateValue(path, forKey: name) {
                throw PageInputError.sameName(path, other, name)
            }
            return Input(path: path, name: name)
        }
    }

    /// The file's name without extension; characters that WFDB does not allow become `_`.
    private static func recordName(_ path: String) -> String {
        let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        var name = ""
        for scalar in stem.unicodeScalars {
            let isAllowed = scalar.isASCII && (scalar.properties.isAlphabetic || "0" ... "9" ~= scalar)
            name.unicodeScalars.append(isAllowed || scalar == "_" || scalar == "-" ? scalar : "_")
        }
        return name.isEmpty ? "page" : name
    }

    // MARK: - Results

    /// The results of a file, as they are stored next to its records.
    private struct Stored: Codable, Sendable {
        struct PageResult: Codable, Sendable {
            let json: String
            let text: String
            let isUsable: Bool
            /// Names of the files of this page.
            let files: [String]
        }

        let source: Digest
        let version: String
        let options: String
        let pages: [PageResult]
        let note: String?
    }

    private var options: String {
        [overlay ? "overlay" : "", csv ? "csv" : "", deidentify ? "deidentify" : "", keep ? "keep" : ""]
            .filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// The results of a file, or the error. Other ranks than 0 also return the files, which rank 0 writes.
    private struct Outcome: Codable, Sendable {
        struct WrittenFile: Codable, Sendable {
            let name: String
            let content: Data
        }

        let stored: Stored?
        var files: [WrittenFile]
        let error: String?
    }

    /// Returns the results of an earlier run, if they are up to date.
    private func stored(_ input: Input) -> Stored? {
        guard let data = FileManager.default.contents(atPath: "\(output)/\(input.name).json"),
            let stored = try? JSONDecoder().decode(Stored.self, from: data),
            stored.version == HeartSenseVersion.current, stored.options == options,
            (try? FileContent.checkIsStored(input.path)) != nil,
            (try? Digest(ofFile: input.path)) == stored.source,
            stored.pages.flatMap(\.files).allSatisfy({ FileManager.default.fileExists(atPath: "\(output)/\($0)") })
        else { return nil }
        return stored
    }

    private func outcome(of input: Input, _ ranks: Ranks) -> Outcome {
        do {
            guard !ranks.isFirst else {
                return Outcome(stored: try digitized(input, into: output), files: [], error: nil)
            }
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("heartsense-\(UUID())").path
            try AtomicFile.makeFolder(folder)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let stored = try digitized(input, into: folder)
            // The file with the results is written after the files that it lists.
            let names = stored.pages.flatMap(\.files) + ["\(input.name).json"]
            let files = try names.map { name in
                Outcome.WrittenFile(name: name, content: try FileContent.bytes(of: "\(folder)/\(name)", limit: .max))
            }
            return Outcome(stored: stored, files: files, error: nil)
        } catch {
            return Outcome(stored: nil, files: [], error: "\(error)")
        }
    }

    /// Digitizes a file and writes the results to a folder.
    private func digitized(_ input: Input, into folder: String) throws -> Stored {
        try FileContent.checkIsStored(input.path)
        let source = try Digest(ofFile: input.path)
        var digitizer = PageDigitizer()
        digitizer.keepsPictures = overlay
        let file = try digitizer.digitize(contentsOf: input.path)
        let pages = try file.pages.enumerated().map { index, page in
            try write(page, of: input, as: index == 0 ? input.name : "\(input.name)-\(index + 1)", into: folder)
        }
        let numbers = file.skippedPages.map(String.init).joined(separator: ", ")
        let stored = Stored(
            source: source, version: HeartSenseVersion.current, options: options, pages: pages,
            note: numbers.isEmpty ? nil : "\(input.path): no ECG on page \(numbers), left out.")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try AtomicFile.write(encoder.encode(stored), to: "\(folder)/\(input.name).json")
        return stored
    }

    /// Returns a sentence that names a file that is not a page, and its remedy; nil for a page.
    private static func sentence(about path: String) -> String? {
        guard !PageDigitizer.isPage(path) else { return nil }
        do {
            let kind = try RecordingKind(of: path).rawValue
            return "The file is a recording (\(kind)), not a page. Use heartsense analyze or heartsense convert."
        } catch RecordingFormatError.notARecording(_, let found) {
            return "The file is \(found), not a page. Use a PDF, PNG, JPEG, TIFF, BMP, WebP, HEIC or GIF file."
        } catch {
            return nil
        }
    }

    private func write(
        _ page: DigitizedPage, of input: Input, as name: String, into folder: String
    ) throws -> Stored.PageResult {
        var files: [String] = []
        var record: String?
        if page.isUsable || (keep && !page.recording.leads.isEmpty) {
            record = "\(output)/\(name)"
            try page.writeRecord(to: "\(folder)/\(name)")
            files += ["\(name).hea", "\(name).dat"]
            if csv {
                try AtomicFile.write(page.csv, to: "\(folder)/\(name).csv")
                files.append("\(name).csv")
            }
        }
        if overlay, let picture = page.overlay(deidentified: deidentify) {
            try picture.writePNG(to: "\(folder)/\(name)-overlay.png")
            files.append("\(name)-overlay.png")
        }
        let report = DigitizationReport(
            page, file: input.path, record: record, sentence: Self.sentence(about: input.path))
        return Stored.PageResult(
            json: try report.jsonLine(), text: report.text, isUsable: page.isUsable, files: files)
    }
}

/// An error in the files that are to be digitized.
private enum PageInputError: Error, CustomStringConvertible {
    /// - Parameter path: the name of a WFDB record.
    case recording(String)
    case emptyFolder(String)
    case sameName(String, String, String)

    var description: String {
        switch self {
        case .recording(let path):
            "\(path): a WFDB record, not a page. Use heartsense analyze or heartsense convert."
        case .emptyFolder(let path):
            "\(path): no pages in this folder. Expected PDF, PNG, JPEG, TIFF, BMP, WebP, HEIC or GIF files."
        case .sameName(let path, let other, let name):
            "\(path) and \(other) would both be written as \(name). Use another output folder for one of them."
        }
    }
}
