import Foundation

/// Why records are not drawn.
public enum RenderingError: Error, Equatable {
    case noRecords(source: String)
    /// Two records of one name: the name is what pictures and groups are known by.
    case sameName(name: String, first: String, second: String)
    case noAnnotations(record: String)
    case noLead(record: String, wanted: String, found: [String])
    case onlyPaced(source: String, records: [String])
    case nothingToDraw(source: String, reason: String)
}

extension RenderingError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .noRecords(let source):
            "\(source): a WFDB record (its name or .hea file) or a folder of them was expected, found none."
        case .sameName(let name, let first, let second):
            "\(first) and \(second): two records are called \(name). Draw them one folder at a time."
        case .noAnnotations(let record):
            "\(record).atr: there is no such file. Its beats are what is drawn: put the annotations beside the header, "
                + "or draw pages."
        case .noLead(let record, let wanted, let found):
            "\(record): the lead \(wanted) was expected, found \(found.joined(separator: ", ")). "
                + "Name one of these, or all."
        case .onlyPaced(let source, let records):
            "\(source): all records have beats of a pacemaker (\(records.prefix(6).joined(separator: ", "))), which "
                + "EC57 leaves out. Say --keep-paced to draw them."
        case .nothingToDraw(let source, let reason):
            "\(source): no picture can be drawn: \(reason)."
        }
    }

    public var errorDescription: String? { description }
}
