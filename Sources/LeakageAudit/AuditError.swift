import Foundation

/// Why a data set could not be audited.
public enum AuditError: Error, Equatable, LocalizedError, CustomStringConvertible {
    /// A feature file: its pictures are not there to be looked at.
    case noPictures(path: String)
    case nothingReadable(dataset: String, first: String)
    /// Not one label is carried by enough pictures, and missed by enough.
    case tooFew(dataset: String, pictures: Int, folds: Int)

    public var description: String {
        switch self {
        case .noPictures(let path):
            "\(path): this holds features and no pictures, and the audit looks at pictures. "
                + "Name the folder that it was made from."
        case .nothingReadable(let dataset, let first):
            "\(dataset): not one picture could be read. The first: \(first)"
        case .tooFew(let dataset, let pictures, let folds):
            "\(dataset): nothing can be audited in \(pictures) \(pictures == 1 ? "picture" : "pictures"). Some label must "
                + "be on at least \(folds) pictures and missing from at least \(folds). Add pictures."
        }
    }

    public var errorDescription: String? { description }
}
