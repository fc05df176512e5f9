import Files
import Foundation

/// An error in an HDF5 file or in one of its objects.
public enum HDF5Error: Error, Equatable {
    /// The file has another format. `found` describes it by its first bytes.
    case notHDF5(path: String, found: String)
    /// libhdf5 cannot open the file, because it is truncated or damaged.
    case cannotOpen(path: String, reason: String)
    /// Another process has the file open for writing.
    case inUse(path: String)
    /// A group, dataset or attribute does not exist.
    case missing(path: String, object: String)
    /// `expected` and `found`: `group`, `dataset`, `external link`, …
    case kind(path: String, object: String, expected: String, found: String)
    /// `expected` and `found`: `float`, `64-bit integer`, `string`, …
    case type(path: String, object: String, expected: String, found: String)
    case shape(path: String, object: String, expected: [Int], found: [Int])
    /// The declared size exceeds the size of the file or the limit of one read.
    case tooLarge(path: String, object: String, bytes: Int, limit: Int)
    /// The object exists but cannot be read.
    case damaged(path: String, object: String, reason: String)
    case cannotWrite(path: String, object: String, reason: String)
    /// The file does not begin with a checksum header of this `kind` (`HeartSense model`).
    case header(path: String, kind: String, found: String)
    case version(path: String, kind: String, expected: Int, found: Int)
    /// The SHA-256 of the content differs from the one in the header.
    case digest(path: String, kind: String, expected: String, found: String)
}

extension HDF5Error: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .notHDF5(let path, let found):
            "\(path): expected an HDF5 file, found \(found). Check the path, or download the file again."
        case .cannotOpen(let path, let reason):
            "\(path): the HDF5 file is damaged or truncated (\(reason)). Download or create it again."
        case .inUse(let path):
            "\(path): another process is writing this file. Wait until it has finished, or choose another file."
        case .missing(let path, let object):
            "\(path): \(object) is missing. Check that this is the right file."
        case .kind(let path, let object, let expected, let found):
            "\(path): \(object): expected \(expected), found \(found). Check that this is the right file."
        case .type(let path, let object, let expected, let found):
            "\(path): \(object): expected values of type \(expected), found \(found). "
                + "Check that this is the right file."
        case .shape(let path, let object, let expected, let found):
            "\(path): \(object): expected shape \(Self.text(expected)), found \(Self.text(found)). "
                + "Check that this is the right file."
        case .tooLarge(let path, let object, let bytes, let limit):
            "\(path): \(object) declares \(bytes) bytes, but at most \(limit) are possible. "
                + "The file is damaged: download or create it again."
        case .damaged(let path, let object, let reason):
            "\(path): cannot read \(object) (\(reason)). The file is damaged: download or create it again."
        case .cannotWrite(let path, let object, let reason):
            "\(path): cannot write \(object): \(reason)."
        case .header(let path, let kind, let found):
            "\(path): expected a \(kind), found \(found). Check the path."
        case .version(let path, let kind, let expected, let found):
            found > expected
                ? "\(path): this \(kind) has format version \(found), but this program reads version "
                    + "\(expected). Upgrade heartsense."
                : "\(path): this \(kind) has format version \(found), but this program reads version "
                    + "\(expected). Create it again with this program."
        case .digest(let path, let kind, let expected, let found):
            "\(path): this \(kind) is damaged: its content has the SHA-256 \(found), expected \(expected). "
                + "Download or create it again."
        }
    }

    public var errorDescription: String? { description }

    private static func text(_ shape: [Int]) -> String { "[" + shape.map(String.init).joined(separator: ", ") + "]" }
}

extension FileKind {
    /// The phrase, with advice that helps to get the HDF5 file.
    var insteadOfHDF5: String {
        switch self {
        case .gitLFSPointer: "\(phrase) (run git lfs pull)"
        case .zip: "a ZIP archive (if it is a .keras file, extract model.weights.h5)"
        case .gzip: "\(phrase) (run gunzip)"
        case .webPage: "\(phrase) (was it downloaded instead of the file?)"
        default: phrase
        }
    }
}
