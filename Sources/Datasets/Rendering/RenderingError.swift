import Foundation

/// An error when drawing records.
public enum RenderingError: Error, Equatable {
    case noRecords(source: String)
    /// Two records have the same name, which identifies pictures and groups.
    case sameName(name: String, first: String, second: String)
    case noAnnotations(record: String)
    case noLead(record: String, wanted: String, found: [String])
    case onlyPaced(source: String, records: [String])
    case nothingToDraw(source: String, reason: String)
    /// `reason` is a whole sentence.
    case cannotDraw(record: String, reason: String)
}

extension RenderingError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .noRecords(let source):
            "\(source): found no WFDB record. Expected a record (its name or .hea file) or a folder of records."
        case .sameName(let name, let first, let second):
            "\(first) and \(second): two records are named \(name). Draw one folder at a time."
        case .noAnnotations(let record):
            "\(record).atr: there is no such file. Beats are drawn from annotations: add the file next to the header, "
                + "or draw pages."
        case .noLead(let record, let wanted, let found):
            "\(record): there is no lead \(wanted). Found \(found.joined(separator: ", ")). "
                + "Name one of these, or all."
        case .onlyPaced(let source, let records):
            "\(source): all records have paced beats (\(records.prefix(6).joined(separator: ", "))), which "
                + "EC57 excludes. --keep-paced draws them."
        case .nothingToDraw(let source, let reason):
            "\(source): no picture can be drawn: \(reason)."
        case .cannotDraw(let record, let reason):
            "\(record): \(reason)"
        }
    }

    public var errorDescription: String? { description }
}
