import Foundation

/// An error in a recording that is not a WFDB record.
public enum RecordingFormatError: Error, Equatable {
    /// A file of another kind, in a few words.
    case notARecording(path: String, found: String)
    /// Content that the format does not allow.
    case invalid(path: String, kind: RecordingKind, found: String, expected: String)
    /// Content that the format allows and that is not supported.
    case unsupported(path: String, kind: RecordingKind, found: String, supported: String)
    case noVoltage(path: String, kind: RecordingKind, units: [String])
    case tooLarge(path: String, kind: RecordingKind, samples: Int, limit: Int)
    /// A CSV file without a sampling rate.
    case noRate(path: String, header: String)
    /// A CSV file without units.
    case noUnits(path: String, column: String)
    /// A line of a CSV file.
    case line(path: String, line: Int, found: String, expected: String)
    /// A program that reads this kind of file is missing.
    case notInstalled(path: String, program: String, package: String)
    case timeout(path: String, program: String, seconds: Double)
    case memoryLimit(path: String, program: String, bytes: UInt64)
    case outputLimit(path: String, program: String, bytes: UInt64)
    /// The program that reads this kind of file cannot read this one.
    case conversion(path: String, kind: RecordingKind, program: String, message: String)

    /// The name of the error for programs.
    public var code: String {
        switch self {
        case .notARecording: "not_a_recording"
        case .invalid, .line, .conversion: "unreadable"
        case .unsupported: "unsupported"
        case .noVoltage: "no_voltage"
        case .tooLarge: "too_large"
        case .noRate: "no_sampling_rate"
        case .noUnits: "no_units"
        case .notInstalled: "not_installed"
        case .timeout: "timeout"
        case .memoryLimit: "memory_limit"
        case .outputLimit: "output_limit"
        }
    }
}

extension RecordingFormatError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .notARecording(let path, let found):
            "\(path): found \(Self.short(found)), expected a recording: "
                + "\(RecordingKind.allCases.map(\.rawValue).joined(separator: ", ")). "
                + "Export the recording in one of these formats. Read PDF files and pictures with heartsense digitize."
        case .invalid(let path, let kind, let found, let expected):
            "\(path): found \(Self.short(found)) in the \(kind.rawValue) file, expected \(expected). "
                + "The file is damaged or incomplete: export it again."
        case .unsupported(let path, let kind, let found, let supported):
            "\(path): \(Self.short(found)) in the \(kind.rawValue) file is not supported. Supported: \(supported). "
                + "Export the recording in another format."
        case .noVoltage(let path, let kind, let units):
            "\(path): found no signal in nV, uV, mV or V in the \(kind.rawValue) file"
                + (units.isEmpty ? "" : " (units: \(Self.short(Set(units).sorted().joined(separator: ", "))))")
                + ", expected an ECG. Use another file."
        case .tooLarge(let path, let kind, let samples, let limit):
            "\(path): the \(kind.rawValue) file has \(samples) samples, at most \(limit) are read. "
                + "Export a part of the recording."
        case .noRate(let path, let header):
            "\(path): the header '\(Self.short(header))' names no sampling rate. Expected a column time_s, a first "
                + "line '# sampling_rate_hz=500 units=mV', or the option --rate 500."
        case .noUnits(let path, let column):
            "\(path): the column '\(Self.short(column))' names no units. Expected a name like I_mV, a first line "
                + "'# sampling_rate_hz=500 units=mV', or the option --units mV."
        case .line(let path, let line, let found, let expected):
            "\(path) line \(line): found '\(Self.short(found))', expected \(expected). Correct the line."
        case .notInstalled(let path, let program, let package):
            "\(path): the program \(program) that reads this file is not installed. "
                + "Install it with 'apt-get install \(package)'."
        case .timeout(let path, let program, let seconds):
            "\(path): \(program) took longer than \(Int(seconds)) s to read the file. It is damaged or too large: "
                + "export it again or a part of it."
        case .memoryLimit(let path, let program, let bytes):
            "\(path): \(program) needs more than \(bytes >> 20) MB of memory to read the file. It is damaged or too "
                + "large: export it again or a part of it."
        case .outputLimit(let path, let program, let bytes):
            "\(path): \(program) makes more than \(bytes >> 20) MB of the file. It is damaged or too large: "
                + "export it again or a part of it."
        case .conversion(let path, let kind, let program, let message):
            "\(path): \(program) cannot read the \(kind.rawValue) file"
                + (message.isEmpty ? "" : " (\(Self.short(message)))") + ". The file is damaged: export it again."
        }
    }

    public var errorDescription: String? { description }

    /// Replaces control characters and cuts long texts: a damaged file may hold anything.
    private static func short(_ text: String) -> String {
        let printable = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 ? "·" : $0 }))
        return printable.count > 80 ? printable.prefix(80) + "…" : printable
    }
}
