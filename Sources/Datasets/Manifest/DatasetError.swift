import Files
import Foundation

/// An error in a data set's folder or manifest.
public enum DatasetError: Error, Equatable {
    /// A row of a manifest.
    public struct Entry: Equatable, Sendable {
        public let line: Int
        public let path: String

        public init(line: Int, path: String) {
            self.line = line
            self.path = path
        }
    }

    case noFolder(path: String)
    case notFolder(path: String)
    case cannotList(path: String, reason: String)
    /// `path` has � for invalid bytes.
    case nameNotUTF8(path: String)
    case neitherManifestNorClasses(path: String)
    case noSamples(path: String)
    case otherLabels(path: String, found: String, expected: String, in: String)

    case missingColumn(file: String, line: Int, column: String, found: [String])
    case emptyPath(file: String, line: Int)
    case repeatedPath(file: String, line: Int, path: String, firstLine: Int)
    case missingFiles(file: String, first: [Entry], count: Int)
    /// A pipe, socket or device.
    case notAFile(file: String, line: Int, path: String)
    case noLabels(file: String, line: Int)
    case unknownLabel(file: String, line: Int, code: String, nearest: String?, known: [String])
    case repeatedLabel(file: String, line: Int, code: String)
    case split(file: String, line: Int, found: String)
    case fold(file: String, line: Int, found: String)

    case unknownClass(path: String, code: String, nearest: String?, known: [String], holdsClasses: Bool)
    case nestedFolder(path: String)
    case emptyClass(path: String)
}

extension DatasetError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .noFolder(let path):
            "\(path): there is no such folder. " + FileError.advice(onMissing: path)
        case .notFolder(let path):
            "\(path): this is a file. Expected a folder with manifest.csv or class folders."
        case .cannotList(let path, let reason):
            "\(path): the folder cannot be read: \(reason)."
        case .nameNotUTF8(let path):
            "\(path): the name of the file is not UTF-8 text. Rename it, for example with convmv. "
                + "dataset.skip_unreadable=true skips such files."
        case .neitherManifestNorClasses(let path):
            "\(path): found neither manifest.csv nor a class folder. "
                + "Sort the pictures into folders named by label codes, or list them in manifest.csv."
        case .noSamples(let path):
            "\(path): no picture is left. Expected at least one."
        case .otherLabels(let path, let found, let expected, let other):
            "\(path): its labels (\(found)) differ from those of \(other) (\(expected)). Give both the same labels.yaml, or "
                + "name one with dataset.labels."
        case .missingColumn(let file, let line, let column, let found):
            "\(file):\(line): the column “\(column)” is missing. Found \(found.joined(separator: ", ")). Add it."
        case .emptyPath(let file, let line):
            "\(file):\(line): the path is empty. Enter the path of the picture."
        case .repeatedPath(let file, let line, let path, let firstLine):
            "\(file):\(line): \(path) is already listed on line \(firstLine). Join its labels by |."
        case .missingFiles(let file, let first, let count):
            "\(file):\(first.first?.line ?? 1): \(count) \(count == 1 ? "picture is" : "pictures are") missing: "
                + first.map { "\($0.path) (line \($0.line))" }.joined(separator: ", ")
                + (count > first.count ? ", …" : "") + "." + Self.windowsAdvice(first)
                + " Paths are relative to the manifest's folder. dataset.skip_unreadable=true skips missing pictures."
        case .notAFile(let file, let line, let path):
            "\(file):\(line): \(path) is a pipe or device. Expected a file, because it is read more than once."
        case .noLabels(let file, let line):
            "\(file):\(line): the labels are empty. Enter at least one code."
        case .unknownLabel(let file, let line, let code, let nearest, let known):
            "\(file):\(line): unknown label “\(code)”. " + Self.advice(nearest, known)
        case .repeatedLabel(let file, let line, let code):
            "\(file):\(line): the label “\(code)” is given twice. Remove one."
        case .split(let file, let line, let found):
            "\(file):\(line): split is “\(found)”. Expected train, validation, test or nothing."
        case .fold(let file, let line, let found):
            "\(file):\(line): fold is “\(found)”. Expected a whole number or nothing."
        case .unknownClass(let path, _, _, _, true):
            "\(path): this folder is a data set and not a class folder. Give its path instead of its parent's."
        case .unknownClass(let path, let code, let nearest, let known, false):
            "\(path): the name of the class folder, “\(code)”, is not a known label. " + Self.advice(nearest, known)
        case .nestedFolder(let path):
            "\(path): a class folder must not contain folders. "
                + "Move the pictures up, or list all pictures in manifest.csv."
        case .emptyClass(let path):
            "\(path): the class folder contains no PNG or JPEG picture. Add pictures or remove the folder."
        }
    }

    private static func windowsAdvice(_ entries: [Entry]) -> String {
        entries.contains { $0.path.contains("\\") } ? " Windows paths with a drive are not read; write a/b.png." : ""
    }

    private static func advice(_ nearest: String?, _ known: [String]) -> String {
        if let nearest { return "Did you mean “\(nearest)”?" }
        return "Known labels: \(known.joined(separator: ", ")). "
            + "A labels.yaml in the data set's folder defines others."
    }

    public var errorDescription: String? { description }
}
