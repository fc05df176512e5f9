import Foundation

/// The folder of a new data set.
enum OutputFolder {
    /// - Throws: `OutputFolderError` unless the folder is new or empty.
    static func checkIsFree(_ folder: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else { return }
        guard isFolder.boolValue else { throw OutputFolderError.notAFolder(path: folder) }
        let content = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard content.isEmpty else { throw OutputFolderError.notEmpty(path: folder, entries: content.count) }
    }
}

/// An error about the folder of a new data set.
public enum OutputFolderError: Error, Equatable {
    case notEmpty(path: String, entries: Int)
    case notAFolder(path: String)
}

extension OutputFolderError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .notEmpty(let path, let entries):
            "\(path): the folder already holds \(entries) \(entries == 1 ? "entry" : "entries"). "
                + "Give a new or empty folder."
        case .notAFolder(let path):
            "\(path): this is a file. Give a new or empty folder."
        }
    }

    public var errorDescription: String? { description }
}
