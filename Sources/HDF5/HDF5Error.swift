import Foundation

/// What can be wrong with an HDF5 file or with an object in it.
public enum HDF5Error: Error, Equatable {
    /// The file is something else; `found` says what its first bytes look like.
    case notHDF5(path: String, found: String)
    /// libhdf5 cannot open the file: cut short or damaged.
    case cannotOpen(path: String, reason: String)
    /// Another program has the file open for writing.
    case inUse(path: String)
    /// A group, dataset or attribute is not there.
    case missing(path: String, object: String)
    /// `expected` and `found`: `group`, `dataset`, `link out of the file`, …
    case kind(path: String, object: String, expected: String, found: String)
    /// `expected` and `found`: `float`, `integer of 64 bits`, `string`, …
    case type(path: String, object: String, expected: String, found: String)
    case shape(path: String, object: String, expected: [Int], found: [Int])
    /// The declared size does not fit the file it stands in, or the limit of one read.
    case tooLarge(path: String, object: String, bytes: Int, limit: Int)
    /// The object is there and cannot be read.
    case damaged(path: String, object: String, reason: String)
    case cannotWrite(path: String, object: String, reason: String)
    /// The file does not begin with the seal of its `kind` (`HeartSense model`).
    case notSealed(path: String, kind: String, found: String)
    case version(path: String, kind: String, expected: Int, found: Int)
    /// The content does not have the SHA-256 that its seal states.
    case digest(path: String, kind: String, expected: String, found: String)
}

extension HDF5Error: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .notHDF5(let path, let found):
            "\(path): an HDF5 file was expected, this is \(found). Check the path, or get the file again."
        case .cannotOpen(let path, let reason):
            "\(path): the HDF5 file is damaged or cut short (\(reason)). Get or make it again."
        case .inUse(let path):
            "\(path): another program is writing this file. Wait until it is done, or name another file."
        case .missing(let path, let object):
            "\(path): \(object) was expected and is not in the file. Check that it is the right file."
        case .kind(let path, let object, let expected, let found):
            "\(path): \(object): a \(expected) was expected, found a \(found). Check that it is the right file."
        case .type(let path, let object, let expected, let found):
            "\(path): \(object): values of type \(expected) were expected, found \(found). "
                + "Check that it is the right file."
        case .shape(let path, let object, let expected, let found):
            "\(path): \(object): shape \(Self.text(expected)) was expected, found \(Self.text(found)). "
                + "Check that it is the right file."
        case .tooLarge(let path, let object, let bytes, let limit):
            "\(path): \(object) claims to hold \(bytes) bytes, at most \(limit) are possible here. "
                + "The file is damaged: get or make it again."
        case .damaged(let path, let object, let reason):
            "\(path): \(object) cannot be read (\(reason)). The file is damaged: get or make it again."
        case .cannotWrite(let path, let object, let reason):
            "\(path): \(object) cannot be written: \(reason)."
        case .notSealed(let path, let kind, let found):
            "\(path): a \(kind) was expected, this is \(found). Check the path."
        case .version(let path, let kind, let expected, let found):
            found > expected
                ? "\(path): this \(kind) was written in format version \(found), this program reads version "
                    + "\(expected). Upgrade heartsense."
                : "\(path): this \(kind) was written in format version \(found), this program reads version "
                    + "\(expected). Make it again with this program."
        case .digest(let path, let kind, let expected, let found):
            "\(path): this \(kind) is damaged: its content has the SHA-256 \(found), \(expected) was expected. "
                + "Get or make it again."
        }
    }

    public var errorDescription: String? { description }

    private static func text(_ shape: [Int]) -> String { "[" + shape.map(String.init).joined(separator: ", ") + "]" }
}
