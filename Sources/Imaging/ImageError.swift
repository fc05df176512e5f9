import Foundation

/// What can be wrong with a picture file, or with what is asked of it.
public enum ImageError: Error, Equatable {
    case empty(file: String)
    /// Neither PNG nor JPEG; `found` says what it seems to be.
    case wrongKind(file: String, found: String)
    case damaged(file: String, format: String, reason: String)
    case unsupported(file: String, format: String, found: String)
    case tooLarge(file: String, width: Int, height: Int, limits: Page.Limits)
    case tooManyBytes(file: String, bytes: Int, limit: Int)
    case noInk(file: String, finding: BlankFinding)
    case cannotEncode(width: Int, height: Int, format: String, reason: String)
    /// A value of `Preprocessing` that cannot be.
    case preprocessing(key: String, found: String, expected: String)
}

/// Why a page counts as blank.
public enum BlankFinding: Equatable, Sendable {
    /// Nothing stands out from the paper by `bound` levels of 255.
    case contrast(found: Int, bound: Int)
    /// What stands out is scattered like noise and does not hang together like a drawn line.
    case scattered
}

extension ImageError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty(let file):
            "\(file): the file is empty (0 bytes), a PNG or JPEG picture was expected. Copy or export it again."
        case .wrongKind(let file, let found):
            "\(file): this is \(found), a PNG or JPEG picture was expected. "
                + "The content tells, whatever the name says: convert it or leave it out."
        case .damaged(let file, let format, let reason):
            "\(file): this \(format) is damaged: \(reason). A whole file was expected. Copy or export it again."
        case .unsupported(let file, let format, let found):
            "\(file): this \(format) is of a rare kind that is not read: \(found). Save it as an ordinary PNG."
        case .tooLarge(let file, let width, let height, let limits):
            "\(file): the picture has \(width) × \(height) pixels, at most \(limits.pixels) pixels "
                + "and \(limits.side) on a side are read. Scale it down."
        case .tooManyBytes(let file, let bytes, let limit):
            "\(file): the file has \(bytes) bytes, at most \(limit) are read. Scale the picture down."
        case .noInk(let file, let finding):
            "\(file): the page is blank: \(finding.description). A drawn ECG was expected. Check the picture."
        case .cannotEncode(let width, let height, let format, let reason):
            "A picture of \(width) × \(height) pixels cannot be written as \(format): \(reason). Scale it down."
        case .preprocessing(let key, let found, let expected):
            "preprocessing.\(key) must be \(expected), found \(found)."
        }
    }

    public var errorDescription: String? { description }
}

extension BlankFinding: CustomStringConvertible {
    public var description: String {
        switch self {
        case .contrast(let found, let bound):
            "nothing stands out from the paper by more than \(found) of 255 levels, "
                + "ink was expected to by at least \(bound)"
        case .scattered:
            "what stands out from the paper is scattered like noise, ink was expected to hang together in lines"
        }
    }
}
