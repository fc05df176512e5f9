import Foundation

/// An error in a WFDB record or annotation file, or a recording that cannot be stored in one.
public enum WFDBError: Error, Equatable {
    /// A field of a header with an invalid value.
    case header(path: String, line: Int, found: String, expected: String)
    case noRecordLine(path: String)
    /// A header with more or fewer signal or segment lines than its first line declares.
    case lineCount(path: String, of: String, expected: Int, found: Int)
    /// A feature of WFDB that is not supported, with those that are.
    case unsupported(path: String, line: Int?, found: String, supported: String)
    /// A header that names a file outside its own folder.
    case fileName(path: String, line: Int, found: String)
    /// A signal file with fewer bytes than its header declares.
    case tooShort(path: String, expected: Int, found: Int)
    /// A FLAC file that cannot be decoded, or that holds other samples than its header declares.
    case flac(path: String, found: String, expected: String)
    case noSamples(path: String)
    case tooLarge(path: String, samples: Int, limit: Int)
    case checksum(path: String, signal: String, expected: Int, found: Int)
    case noVoltage(path: String, units: [String])
    /// A segment that does not match the header of its record.
    case segment(path: String, segment: String, found: String, expected: String)
    /// An annotation file with invalid content at `byte`.
    case annotations(path: String, byte: Int, found: String, expected: String)
    /// A record or annotator name that WFDB programs cannot read.
    case name(path: String, found: String)
    /// A sample that the chosen format and gain cannot store.
    case outOfRange(path: String, lead: String, millivolts: Float, format: Int, gain: Double)
    /// A text that is too long for an annotation.
    case textTooLong(path: String, sample: Int, bytes: Int, limit: Int)
}

extension WFDBError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .header(let path, let line, let found, let expected):
            "\(path) line \(line): found '\(Self.short(found))', expected \(expected). "
                + "Correct the header or get the record again."
        case .noRecordLine(let path):
            "\(path): the file has no record line. Expected the header of a WFDB record, "
                + "for example '100 2 360 650000'. Get the record again."
        case .lineCount(let path, let of, let expected, let found):
            "\(path): found \(found) \(of) \(found == 1 ? "line" : "lines"), expected \(expected) as in the first "
                + "line. Correct the header or get the record again."
        case .unsupported(let path, let line, let found, let supported):
            "\(path)\(line.map { " line \($0)" } ?? ""): \(Self.short(found)) is not supported. "
                + "Supported: \(supported). Convert the record with WFDB's xform."
        case .fileName(let path, let line, let found):
            "\(path) line \(line): invalid file name '\(Self.short(found))'. Expected the name of a file in the "
                + "header's folder. Move the file there and correct the header."
        case .tooShort(let path, let expected, let found):
            "\(path): the file has \(found) bytes, expected at least \(expected). It is incomplete: get it again."
        case .flac(let path, let found, let expected):
            "\(path): found \(Self.short(found)), expected \(expected). The file is damaged: get it again."
        case .noSamples(let path):
            "\(path): the record has no samples. Expected at least one. Get the record again."
        case .tooLarge(let path, let samples, let limit):
            "\(path): the record has \(samples) samples, at most \(limit) are read at once. "
                + "Cut the record with WFDB's snip."
        case .checksum(let path, let signal, let expected, let found):
            "\(path): the checksum of signal '\(Self.short(signal))' is \(found), expected \(expected) as in the "
                + "header. One of the two files is damaged or of another record: get both again."
        case .noVoltage(let path, let units):
            "\(path): found no signal in mV, uV or V"
                + (units.isEmpty ? "" : " (units: \(Self.short(units.joined(separator: ", "))))")
                + ", expected an ECG. Use another record."
        case .segment(let path, let segment, let found, let expected):
            "\(path): segment '\(Self.short(segment))' has \(Self.short(found)), expected \(expected). "
                + "Get the record and its segments again."
        case .annotations(let path, let byte, let found, let expected):
            "\(path) byte \(byte): found \(Self.short(found)), expected \(expected). "
                + "The annotation file is damaged or not in MIT format: get it again."
        case .name(let path, let found):
            "\(path): invalid name '\(Self.short(found))'. Expected letters, digits, '_' and '-' only. "
                + "Choose another name."
        case .outOfRange(let path, let lead, let millivolts, let format, let gain):
            "\(path): lead '\(Self.short(lead))' has a sample of \(millivolts) mV, which format \(format) cannot "
                + "store with \(gain) units per mV. Choose a lower gain or a format with more bits."
        case .textTooLong(let path, let sample, let bytes, let limit):
            "\(path): the text of the annotation at sample \(sample) has \(bytes) bytes, at most \(limit) are "
                + "allowed. Shorten it."
        }
    }

    public var errorDescription: String? { description }

    /// Replaces control characters and cuts long texts: a damaged file may hold anything.
    private static func short(_ text: String) -> String {
        let printable = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 ? "·" : $0 }))
        return printable.count > 80 ? printable.prefix(80) + "…" : printable
    }
}
