import Foundation

/// What can go wrong with a file before its content is looked at.
public enum FileError: Error, Equatable {
    case missing(path: String)
    case isFolder(path: String)
    case cannotRead(path: String, reason: String)
    case cannotWrite(path: String, reason: String)
    case cannotMakeFolder(path: String, reason: String)
    case tooLarge(path: String, bytes: Int, limit: Int)

    /// The error of the system call that has just failed.
    public static func lastError(reading path: String) -> FileError {
        .cannotRead(path: path, reason: String(cString: strerror(errno)))
    }

    /// The error of the system call that has just failed.
    public static func lastError(writing path: String) -> FileError {
        .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
}

extension FileError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing(let path):
            "\(path): there is no such file. Check the path."
        case .isFolder(let path):
            "\(path): this is a folder, a file was expected."
        case .cannotRead(let path, let reason):
            "\(path): cannot be read: \(reason)."
        case .cannotWrite(let path, let reason):
            "\(path): cannot be written: \(reason). Nothing was changed."
        case .cannotMakeFolder(let path, let reason):
            "\(path): the folder cannot be made: \(reason)."
        case .tooLarge(let path, let bytes, let limit):
            "\(path): the file has \(bytes) bytes, at most \(limit) are read."
        }
    }

    public var errorDescription: String? { description }
}
