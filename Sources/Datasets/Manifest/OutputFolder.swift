import Foundation

/// The folder that a new data set is to become.
enum OutputFolder {
    /// - Throws: `OutputFolderError` if there is something in the way.
    static func refuseUnlessFree(_ folder: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else { return }
        guard isFolder.boolValue else { throw OutputFolderError.notAFolder(path: folder) }
        let content = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard content.isEmpty else { throw OutputFolderError.notEmpty(path: folder, entries: content.count) }
    }
}

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
