import Files
import Foundation
import Imaging

/// The samples of a folder with one subfolder per class, named by the label's code.
///
/// A file is a picture by its first bytes or by its extension, so that a damaged picture is not skipped silently. Other
/// files are counted. Hidden files and the folders of operating systems are ignored.
struct ClassFolders {
    let samples: [Sample]
    /// Skipped pictures whose names are not UTF-8 text.
    let missing: [String]
    let notes: [DataWarning]

    /// - Parameter skippingMissing: whether pictures are skipped whose names are not UTF-8 text.
    init(contentsOf root: String, labelSpace: LabelSpace, skippingMissing: Bool) throws {
        let entries = try Self.list(root).names
        let folders = entries.filter { Self.isFolder(Dataset.join(root, $0)) }
        guard !folders.isEmpty else { throw DatasetError.neitherManifestNorClasses(path: root) }

        var samples: [Sample] = []
        var missing: [String] = []
        var ignored = entries.filter { !folders.contains($0) && $0 != "labels.yaml" }
        for folder in folders {
            let path = Dataset.join(root, folder)
            guard let label = labelSpace.index(ofCode: folder) else {
                throw DatasetError.unknownClass(
                    path: path, code: folder, nearest: labelSpace.nearestCode(to: folder), known: labelSpace.codes,
                    holdsClasses: Self.holdsClasses(path, of: labelSpace))
            }
            let listing = try Self.list(path)
            if let name = listing.foreignNames.first, !skippingMissing {
                throw DatasetError.nameNotUTF8(path: Dataset.join(path, name))
            }
            missing += listing.foreignNames.map { "\(folder)/\($0)" }
            let names = listing.names
            if let inner = names.first(where: { Self.isFolder(Dataset.join(path, $0)) }) {
                throw DatasetError.nestedFolder(path: Dataset.join(path, inner))
            }
            let pictures = names.filter { Self.isPicture(Dataset.join(path, $0)) }
            guard !pictures.isEmpty else { throw DatasetError.emptyClass(path: path) }
            samples.append(contentsOf: pictures.map { Sample(path: "\(folder)/\($0)", labels: [label]) })
            let found = Set(pictures)
            ignored.append(contentsOf: names.filter { !found.contains($0) }.map { "\(folder)/\($0)" })
        }
        self.missing = missing
        self.samples = samples.sorted { NaturalOrder.precedes($0.path, $1.path) }
        notes = ignored.isEmpty ? [] : [.ignoredFiles(ignored, root: root)]
    }

    private static func list(_ folder: String) throws -> FolderListing {
        do { return try FolderListing(of: folder) } catch FileError.cannotRead(_, let reason) {
            throw DatasetError.cannotList(path: folder, reason: reason)
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// Whether this folder is itself a data set, because the path of its parent was given by mistake.
    private static func holdsClasses(_ path: String, of space: LabelSpace) -> Bool {
        guard let inner = try? list(path).names else { return false }
        return inner.contains("manifest.csv") || inner.contains { space.index(ofCode: $0) != nil }
    }

    private static func isPicture(_ path: String) -> Bool {
        guard FileContent.isStored(path) || !FileManager.default.fileExists(atPath: path) else { return false }
        if ["png", "jpg", "jpeg"].contains((path as NSString).pathExtension.lowercased()) { return true }
        guard let file = fopen(path, "rb") else { return false }
        defer { fclose(file) }
        var start = [UInt8](repeating: 0, count: 4)
        guard fread(&start, 1, 4, file) == 4 else { return false }
        return start.withUnsafeBytes { FileKind(of: $0).isPicture }
    }
}
