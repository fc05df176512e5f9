import Files
import Foundation
import Yams

/// The diagnostic statements of recordings that stand for each label of a label space.
///
/// A label of a `labels.yaml` can have these keys:
///
/// - `scp`: SCP-ECG statements, for example `AFIB`.
/// - `snomed`: SNOMED CT codes, for example `164889003`.
/// - `snomed_if_alone`: SNOMED CT codes that count only where no other label applies.
/// - `without`: codes of labels that rule this one out.
public struct StatementMapping: Equatable, Sendable {
    /// The statements of one label.
    struct Entry: Equatable, Sendable {
        var scp: Set<String> = []
        var snomed: Set<String> = []
        var snomedIfAlone: Set<String> = []
        /// Indices of the labels that rule this one out.
        var without: [Int] = []
    }

    public let labelSpace: LabelSpace
    /// One entry per label.
    let entries: [Entry]

    /// The keys of a label that the mapping reads.
    static let keys = ["scp", "snomed", "snomed_if_alone", "without"]

    /// Reads a label space file with statements.
    ///
    /// - Throws: `FileError`, `LabelSpaceError`; `LabelSpaceError.noStatements` for a file without statements.
    public init(contentsOf path: String) throws {
        try self.init(parsing: FileContent.bytes(of: path, limit: 1 << 20), name: path)
    }

    /// - Parameter file: the file's name in error messages.
    init(parsing data: Data, name file: String) throws {
        let space = try LabelSpace(parsing: data, name: file)
        let reader = LabelSpaceReader(file: file)
        let root = try reader.mapping(reader.document(data), keys: LabelSpace.fileKeys, of: "a label space")
        entries = try reader.sequence(root, "labels").map { node in
            let fields = try reader.label(at: node)
            var entry = Entry(
                scp: Set(try reader.texts(fields, "scp")), snomed: Set(try reader.texts(fields, "snomed")),
                snomedIfAlone: Set(try reader.texts(fields, "snomed_if_alone")))
            entry.without = try reader.texts(fields, "without").map { code in
                guard let label = space.index(ofCode: code) else {
                    throw LabelSpaceError.unknownLabel(
                        file: file, line: fields.line(of: "without"), code: code, known: space.codes)
                }
                return label
            }
            return entry
        }
        guard entries.contains(where: { !$0.scp.isEmpty || !$0.snomed.isEmpty }) else {
            throw LabelSpaceError.noStatements(file: file)
        }
        labelSpace = space
    }

    /// Returns the labels of a recording, ascending.
    ///
    /// - Parameter scp: all SCP-ECG statements of the recording.
    func labels(scp: Set<String>) -> [Int] { labels { !$0.scp.isDisjoint(with: scp) } }

    /// Returns the labels of a recording, ascending.
    ///
    /// - Parameter snomed: all SNOMED CT codes of the recording.
    func labels(snomed: Set<String>) -> [Int] {
        let labels = labels { !$0.snomed.isDisjoint(with: snomed) }
        guard labels.isEmpty else { return labels }
        return self.labels { !$0.snomedIfAlone.isDisjoint(with: snomed) }
    }

    private func labels(where applies: (Entry) -> Bool) -> [Int] {
        let found = entries.indices.filter { applies(entries[$0]) }
        return found.filter { label in !entries[label].without.contains(where: found.contains) }
    }
}
