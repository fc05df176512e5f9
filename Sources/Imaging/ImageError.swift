import Foundation

/// An error about a picture file or its preprocessing.
public enum ImageError: Error, Equatable {
    case empty(file: String)
    /// The file is neither PNG nor JPEG; `found` is its apparent kind.
    case wrongKind(file: String, found: String)
    case damaged(file: String, format: String, reason: String)
    case unsupported(file: String, format: String, found: String)
    case tooLarge(file: String, width: Int, height: Int, limits: Page.Limits)
    case tooManyBytes(file: String, bytes: Int, limit: Int)
    case noInk(file: String, finding: BlankFinding)
    case cannotEncode(width: Int, height: Int, format: String, reason: String)
    /// A value of `Preprocessing` outside its range.
    case preprocessing(key: String, found: String, expected: String)
}

/// The reason why a page counts as blank.
public enum BlankFinding: Equatable, Sendable {
    /// No pixel differs from the paper by `bound` levels of 255.
    case contrast(found: Int, bound: Int)
    /// The pixels that differ from the paper are scattered like noise instead of forming lines.
    case scattered
}

extension ImageError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty(let file):
            "\(file): the file is empty (0 bytes). Expected a PNG or JPEG picture. Copy or export it again."
        case .wrongKind(let file, let found):
            "\(file): this is \(found). Expected a PNG or JPEG picture, whatever the file name. "
                + "Convert the file or leave it out."
        case .damaged(let file, let format, let reason):
            "\(file): this \(format) is damaged: \(reason). Copy or export it again."
        case .unsupported(let file, let format, let found):
            "\(file): this variant of \(format) is not supported: \(found). Save it as an 8-bit PNG."
        case .tooLarge(let file, let width, let height, let limits):
            "\(file): the picture has \(width) × \(height) pixels. The limit is \(limits.pixels) pixels "
                + "and \(limits.side) on a side. Scale it down."
        case .tooManyBytes(let file, let bytes, let limit):
            "\(file): the file has \(bytes) bytes. The limit is \(limit). Scale the picture down."
        case .noInk(let file, let finding):
            "\(file): the page is blank: \(finding.description). Expected a drawn ECG. Check the picture."
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
            "the largest difference from the paper is \(found) of 255 levels, expected at least \(bound) for ink"
        case .scattered:
            "the pixels that differ from the paper are scattered like noise, expected connected lines"
        }
    }
}
