import ArgumentParser
import Files
import Foundation
import RecordingFormats
import Signals

struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Converts a recording to a WFDB record or a CSV file.",
        discussion: """
            Examples:
              heartsense convert mitdb/r1 --output r1.csv
              heartsense convert r1.csv --output results/r1

            Other files are converted alike: heartsense convert ecg.dcm --output ecg. Reads WFDB, DICOM, SCP-ECG, HL7 aECG, GE MUSE XML, EDF, BDF and CSV; the content of the file decides. \
            Writes CSV if the output ends in .csv, otherwise a WFDB record (.hea and .dat). Sex and age are kept in a \
            WFDB record, names, identifiers and dates of the patient are not. An existing output is replaced.
            """)

    @Argument(help: "A file, or the name of a WFDB record.", completion: .file())
    var file: String

    @Option(help: ArgumentHelp("Name of the WFDB record or the CSV file.", valueName: "FILE|RECORD"))
    var output: String

    @OptionGroup var csv: CSVColumns

    func validate() throws {
        let name = URL(fileURLWithPath: output).lastPathComponent.lowercased()
        for kind in ["dcm", "scp", "xml", "edf", "bdf", "gdf", "dat", "mat"] where name.hasSuffix("." + kind) {
            throw ValidationError(
                "--output ends in .\(kind), which is not written. Name a WFDB record (for example records/ecg) or a "
                    + "file that ends in .csv.")
        }
    }

    func run() throws {
        let isTable = output.lowercased().hasSuffix(".csv")
        let stem = output.hasSuffix(".hea") ? String(output.dropLast(4)) : output
        let kind = try RecordingKind(of: file)
        let written = isTable ? [output] : [stem + ".hea", stem + ".dat"]
        let inputs = kind == .wfdb ? try Self.files(ofRecord: file) : [file]
        for path in written where inputs.contains(where: { Self.isSame($0, path) }) {
            throw OverwriteError(path: path)
        }
        let input = try RecordingFile(file, csv: csv.options)
        if let error = input.recording.readingError { throw error }
        if isTable {
            try CSVWriter.write(input.recording, to: output)
        } else {
            var writer = WFDBRecordWriter()
            writer.patient = input.patient
            try writer.write(input.recording, to: stem)
        }
        let recording = input.recording
        print(
            "\(file): \(input.kind.rawValue), \(recording.leads.map(\.name).joined(separator: " ")), "
                + String(format: "%g Hz, %g s", recording.samplingRate, recording.duration)
                + " → \(written.joined(separator: ", "))")
    }

    /// The header and the signal files, which lie in its folder.
    private static func files(ofRecord path: String) throws -> [String] {
        let header = path.hasSuffix(".hea") ? path : path + ".hea"
        let folder = URL(fileURLWithPath: header).deletingLastPathComponent()
        let content = try WFDBHeader(contentsOf: header)
        let names = content.signals.map(\.file) + content.segments.flatMap { [$0.name + ".hea", $0.name + ".dat"] }
        return [header] + names.map { folder.appendingPathComponent($0).path }
    }

    private static func isSame(_ first: String, _ second: String) -> Bool {
        func place(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
        return place(first) == place(second)
    }
}

/// An output that would replace the input.
private struct OverwriteError: Error, CustomStringConvertible {
    let path: String

    var description: String { "\(path): the output would replace the input. Choose another --output." }
}

/// Facts that a CSV file can lack.
struct CSVColumns: ParsableArguments {
    @Option(help: ArgumentHelp("Sampling rate of a CSV file in Hz (default: from its header).", valueName: "Hz"))
    var rate: Double?

    @Option(help: ArgumentHelp("Units of a CSV file: nV, uV, mV or V (default: from its header).", valueName: "units"))
    var units: String?

    var options: RecordingFile.CSVOptions { .init(samplingRate: rate, units: units) }

    func validate() throws {
        if let rate, !(1e-3 ... 1e6).contains(rate) {
            throw ValidationError("--rate is \(rate), expected a number from 0.001 to 1000000.")
        }
        if let units, !["nV", "uV", "µV", "mV", "V"].contains(units) {
            throw ValidationError("--units is '\(units)', expected nV, uV, mV or V.")
        }
    }
}
