import Foundation

/// An error of the file system.
public enum FileError: Error, Equatable {
    case missing(path: String)
    case isFolder(path: String)
    case cannotRead(path: String, reason: String)
    case cannotWrite(path: String, reason: String)
    case cannotMakeFolder(path: String, reason: String)
    case tooLarge(path: String, bytes: Int, limit: Int)

    /// Returns the error of the system call that just failed.
    public static func lastError(reading path: String) -> FileError {
        .cannotRead(path: path, reason: String(cString: strerror(errno)))
    }

    /// Returns the error of the system call that just failed.
    public static func lastError(writing path: String) -> FileError {
        .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
}

extension FileError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing(let path):
            "\(path): there is no such file. " + Self.advice(onMissing: path)
        case .isFolder(let path):
            "\(path): this is a folder. Expected a file."
        case .cannotRead(let path, let reason):
            "\(path): cannot be read: \(reason)."
        case .cannotWrite(let path, let reason):
            "\(path): cannot be written: \(reason). Nothing was changed."
        case .cannotMakeFolder(let path, let reason):
            "\(path): the folder cannot be created: \(reason)."
        case .tooLarge(let path, let bytes, let limit):
            "\(path): the file has \(bytes) bytes. The limit is \(limit)."
        }
    }

    /// Returns what to do about a path that does not exist.
    ///
    /// Arguments and names that are not UTF-8 text contain � instead of the invalid bytes, so that they are not found.
    package static func advice(onMissing path: String) -> String {
        path.unicodeScalars.contains("\u{FFFD}")
            ? "The name is not UTF-8 text. Rename it, for example with convmv." : "Check the path."
    }

    public var errorDescription: String? { description }
}
