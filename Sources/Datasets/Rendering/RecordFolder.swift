import Files
import Foundation

/// Finds WFDB records: those of a folder and its subfolders, or one record by its name or header.
enum RecordFolder {
    /// Returns the records' paths without `.hea`, in natural order of their names below the folder.
    ///
    /// - Throws: `RenderingError.noRecords`.
    static func records(at source: String) throws -> [String] {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: source, isDirectory: &isFolder)
        if exists, isFolder.boolValue {
            // A link to a folder has no subpaths.
            let folder = URL(fileURLWithPath: source).resolvingSymlinksInPath().path
            let headers = (FileManager.default.subpaths(atPath: folder) ?? []).filter { $0.hasSuffix(".hea") }
            guard !headers.isEmpty else { throw RenderingError.noRecords(source: source) }
            return headers.sorted(by: NaturalOrder.precedes).map { "\(source)/\($0.dropLast(4))" }
        }
        let name = source.hasSuffix(".hea") ? String(source.dropLast(4)) : source
        guard FileManager.default.fileExists(atPath: name + ".hea") else {
            throw RenderingError.noRecords(source: source)
        }
        return [name]
    }

    /// Returns a record's name in manifests and messages.
    static func name(of record: String) -> String { URL(fileURLWithPath: record).lastPathComponent }
}
