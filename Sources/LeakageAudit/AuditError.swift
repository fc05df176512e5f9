import Foundation

/// Errors that prevent the audit of a dataset.
public enum AuditError: Error, Equatable, LocalizedError, CustomStringConvertible {
    /// The input is a feature file, which has no pictures.
    case noPictures(path: String)
    /// Neutral ink was asked for, but the data set has recordings.
    case inkOfRecordings(path: String)
    case nothingReadable(dataset: String, first: String)
    /// No label has enough pictures with it and without it.
    case tooFew(dataset: String, pictures: Int, folds: Int)
    /// No label has enough recordings with it and without it.
    case tooFewRecordings(dataset: String, recordings: Int, folds: Int)

    public var description: String {
        switch self {
        case .noPictures(let path):
            "\(path): the file has features and no pictures, and the audit needs pictures. "
                + "Give the folder that the features were extracted from."
        case .inkOfRecordings(let path):
            "\(path): --ink neutral is for pictures, and this data set has recordings. Leave the option out."
        case .nothingReadable(let dataset, let first):
            "\(dataset): no file could be read. First error: \(first)"
        case .tooFew(let dataset, let pictures, let folds):
            "\(dataset): \(pictures) \(pictures == 1 ? "picture is" : "pictures are") too few for an audit. At least "
                + "one label needs \(folds) pictures with it and \(folds) without it. Add pictures."
        case .tooFewRecordings(let dataset, let recordings, let folds):
            "\(dataset): \(recordings) \(recordings == 1 ? "recording is" : "recordings are") too few for an audit. At "
                + "least one label needs \(folds) recordings with it and \(folds) without it. Add recordings."
        }
    }

    public var errorDescription: String? { description }
}
