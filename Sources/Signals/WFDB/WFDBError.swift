import Foundation

/// What can be wrong with a WFDB record.
public enum WFDBError: Error, Equatable {
    /// A line of a header that does not say what it should.
    case header(path: String, line: Int, found: String, expected: String)
    case noRecordLine(path: String)
    case missingSignals(path: String, expected: Int, found: Int)
    /// Something that WFDB allows and this program does not read.
    case unsupported(path: String, found: String, expected: String)
    /// A header that names a file elsewhere.
    case fileName(path: String, found: String)
    case tooShort(path: String, expected: Int, found: Int)
    case tooLarge(path: String, samples: Int, limit: Int)
    case checksum(path: String, signal: String, expected: Int, found: Int)
    case noVoltage(path: String, units: [String])
    /// An annotation file that ends or goes on where it should not.
    case annotations(path: String, byte: Int, problem: String)
}

extension WFDBError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .header(let path, let line, let found, let expected):
            "\(path), line \(line): \(expected) was expected, found “\(Self.short(found))”. "
                + "Get the record again, or mend its header."
        case .noRecordLine(let path):
            "\(path): the header of a WFDB record was expected, found no line that names one. Get the record again."
        case .missingSignals(let path, let expected, let found):
            "\(path): \(expected) signal \(expected == 1 ? "line was" : "lines were") expected, found \(found). "
                + "Get the record again."
        case .unsupported(let path, let found, let expected):
            "\(path): \(expected) is read here, found \(Self.short(found)). "
                + "Convert the record with WFDB's xform, or give another."
        case .fileName(let path, let found):
            "\(path): a file beside the header was expected, found “\(Self.short(found))”. "
                + "Put the signals beside the header and name them there."
        case .tooShort(let path, let expected, let found):
            "\(path): \(expected) bytes were expected, found \(found). The file is cut off: get it again."
        case .tooLarge(let path, let samples, let limit):
            "\(path): \(samples) samples are declared, more than the \(limit) that are read at once. "
                + "Cut the record with WFDB's snip."
        case .checksum(let path, let signal, let expected, let found):
            "\(path): the samples of \(Self.short(signal)) add up to \(found), the header says \(expected). "
                + "The signals are damaged or of another record: get both again."
        case .noVoltage(let path, let units):
            "\(path): signals in mV, uV or V were expected, found \(Self.short(units.joined(separator: ", "))). "
                + "Give a record with an ECG."
        case .annotations(let path, let byte, let problem):
            "\(path): byte \(byte): \(problem); annotations in MIT format were expected. Get the file again."
        }
    }

    public var errorDescription: String? { description }

    /// A damaged file may hold anything.
    private static func short(_ text: String) -> String {
        let printable = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 ? "·" : $0 }))
        return printable.count > 80 ? printable.prefix(80) + "…" : printable
    }
}
