/// A property of a data set or of its division that limits the results made with it.
public enum DataWarning: Equatable, Sendable, CustomStringConvertible {
    case missingPictures(Int, of: Int, manifest: String)
    case ignoredFiles([String], root: String)
    case singlePicture(label: String)
    /// A note on a published division.
    case division(String)
    case absentRecords([String])
    case rowsOutsideDivision(Int)
    case rowsWithoutGroup(Int, of: Int)
    case labelMissing(String, samples: Int, parts: [String])
    case labelNotInFolds(String, samples: Int, folds: Int, of: Int)
    case duplicatesOfScored(Int)
    /// Records that are left out of a data set of beats.
    case pacedRecords([String])
    case recordsWithoutAnnotations([String])
    /// Records of one patient, which are one group.
    case recordsOfOnePatient([String])

    /// A sentence without its full stop.
    public var description: String {
        switch self {
        case .missingPictures(let missing, let count, let manifest):
            "\(missing) of \(count) pictures in \(manifest) are missing"
        case .ignoredFiles(let files, let root):
            "\(root): ignored \(files.count == 1 ? "1 file" : "\(files.count) files") that "
                + "\(files.count == 1 ? "is" : "are") not a picture of a class: \(Self.list(files))"
        case .singlePicture(let label):
            "label \(label) has one picture, which can be in one part only: scores of this label mean nothing"
        case .division(let note): note
        case .absentRecords(let records): "records that are not in the data: \(records.joined(separator: ", "))"
        case .rowsOutsideDivision(let rows):
            "\(rows) rows were left out: their records are in neither part of the division"
        case .rowsWithoutGroup(let rows, let count):
            "\(rows) of \(count) rows have no group: each counts as its own group"
        case .labelMissing(let label, let samples, let parts):
            "label \(label) has \(Self.samples(samples)): none in \(parts.joined(separator: " and "))"
        case .labelNotInFolds(let label, let samples, let folds, let count):
            "label \(label) has \(Self.samples(samples)): none in \(folds) of \(count) folds"
        case .duplicatesOfScored(let count):
            "\(count == 1 ? "1 picture was" : "\(count) pictures were") removed from training: "
                + "the same pixels are in a part that is scored"
        case .pacedRecords(let records):
            "records with paced beats are left out, as in EC57: \(records.joined(separator: ", "))"
        case .recordsWithoutAnnotations(let records):
            "\(records.count == 1 ? "1 record has" : "\(records.count) records have") no annotations of beats (.atr): "
                + Self.list(records)
        case .recordsOfOnePatient(let records):
            "the records \(records.joined(separator: " and ")) are of one patient: they are one group"
        }
    }

    private static func samples(_ count: Int) -> String { count == 1 ? "1 sample" : "\(count) samples" }

    /// Lists the first three of some names.
    package static func list(_ names: [String]) -> String {
        names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", …" : "")
    }
}
