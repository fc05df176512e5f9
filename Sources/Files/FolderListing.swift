import Foundation

/// The entries of a folder, without hidden ones and those of operating systems and programs.
package struct FolderListing {
    /// The names in `NaturalOrder`.
    package let names: [String]
    /// Names that are not UTF-8 text, with � for invalid bytes. Such an entry cannot be opened by its name here.
    package let foreignNames: [String]

    /// Folders that systems, network drives and notebooks add next to data.
    private static let systemFolders: Set = [
        "__MACOSX", "@eaDir", "@Recycle", "@Recently-Snapshot", "#recycle", "#snapshot", "$RECYCLE.BIN", "RECYCLER",
        "System Volume Information", "lost+found", "__pycache__",
    ]

    /// - Throws: `FileError.cannotRead` with the system's reason.
    package init(of folder: String) throws {
        guard let stream = opendir(folder) else { throw FileError.lastError(reading: folder) }
        defer { closedir(stream) }
        var (names, foreignNames): ([String], [String]) = ([], [])
        while let entry = readdir(stream) {
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            guard bytes.first != UInt8(ascii: ".") else { continue }
            guard let name = String(validating: bytes, as: UTF8.self) else {
                foreignNames.append(String(decoding: bytes, as: UTF8.self))
                continue
            }
            if !Self.systemFolders.contains(name) { names.append(name) }
        }
        self.names = names.sorted(by: NaturalOrder.precedes)
        self.foreignNames = foreignNames.sorted(by: NaturalOrder.precedes)
    }
}
