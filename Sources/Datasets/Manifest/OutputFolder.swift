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
