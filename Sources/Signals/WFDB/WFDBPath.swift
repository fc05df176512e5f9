import Foundation

/// Paths of the files of a record.
enum WFDBPath {
    /// The path of a record's header, from that path or from the record's name.
    static func header(of record: String) -> String { record.hasSuffix(".hea") ? record : record + ".hea" }

    /// The path of a record's annotations by one annotator.
    static func annotations(_ annotator: String, of record: String) -> String {
        (record.hasSuffix(".hea") ? String(record.dropLast(4)) : record) + "." + annotator
    }

    /// The path of a file in the folder of the file at `path`.
    static func sibling(_ name: String, of path: String) -> String {
        path.lastIndex(of: "/").map { path[...$0] + name } ?? name
    }

    /// True for names that all WFDB programs can read.
    static func isValid(_ name: some StringProtocol) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy(characters.contains)
    }

    private static let characters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-".utf8)
}
