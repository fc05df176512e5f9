import Foundation

/// Why a data set is not written where it was asked for.
public enum OutputFolderError: Error, Equatable {
    case notEmpty(path: String, entries: Int)
    case notAFolder(path: String)
}

extension OutputFolderError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .notEmpty(let path, let entries):
            "\(path): the folder already holds \(entries) \(entries == 1 ? "entry" : "entries"), "
                + "a new or empty one was expected. Name another folder or empty it."
        case .notAFolder(let path):
            "\(path): this is a file, a new or empty folder was expected. Name another path."
        }
    }

    public var errorDescription: String? { description }
}
