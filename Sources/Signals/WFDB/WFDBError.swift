import Foundation

/// Errors of WFDB records.
public enum WFDBError: Error, Equatable {
    /// A header line with an invalid field.
    case header(path: String, line: Int, found: String, expected: String)
    case noRecordLine(path: String)
    case missingSignals(path: String, expected: Int, found: Int)
    /// A valid WFDB feature that is not supported.
    case unsupported(path: String, found: String, expected: String)
    /// A signal file outside the folder of the header.
    case fileName(path: String, found: String)
    case tooShort(path: String, expected: Int, found: Int)
    case tooLarge(path: String, samples: Int, limit: Int)
    case checksum(path: String, signal: String, expected: Int, found: Int)
    case noVoltage(path: String, units: [String])
    /// An annotation file with an invalid structure.
    case annotations(path: String, byte: Int, problem: String)
}

extension WFDBError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .header(let path, let line, let found, let expected):
            "\(path), line \(line): found “\(Self.short(found))”, expected \(expected). "
                + "Download the record again, or correct its header."
        case .noRecordLine(let path):
            "\(path): the WFDB header has no record line. Download the record again."
        case .missingSignals(let path, let expected, let found):
            "\(path): found \(found) of \(expected) signal \(expected == 1 ? "line" : "lines"). "
                + "Download the record again."
        case .unsupported(let path, let found, let expected):
            "\(path): found \(Self.short(found)), which is not supported. Expected \(expected). "
                + "Convert the record with WFDB's xform, or use another one."
        case .fileName(let path, let found):
            "\(path): found signal file “\(Self.short(found))”, expected a file in the folder of the header. "
                + "Move the signal file there and correct its name in the header."
        case .tooShort(let path, let expected, let found):
            "\(path): found \(found) of \(expected) bytes. The file is incomplete. Download it again."
        case .tooLarge(let path, let samples, let limit):
            "\(path): the header declares \(samples) samples; the limit is \(limit). "
                + "Shorten the record with WFDB's snip."
        case .checksum(let path, let signal, let expected, let found):
            "\(path): signal \(Self.short(signal)) has checksum \(found), expected \(expected). "
                + "The file is damaged or belongs to another record. Download header and signals again."
        case .noVoltage(let path, let units):
            "\(path): found signals in \(Self.short(units.joined(separator: ", "))), expected mV, uV or V. "
                + "Use a record with an ECG."
        case .annotations(let path, let byte, let problem):
            "\(path), byte \(byte): \(problem). Expected annotations in MIT format. Download the file again."
        }
    }

    public var errorDescription: String? { description }

    /// Replaces control characters and shortens the text, because a damaged file may contain any bytes.
    private static func short(_ text: String) -> String {
        let printable = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 ? "·" : $0 }))
        return printable.count > 80 ? printable.prefix(80) + "…" : printable
    }
}
