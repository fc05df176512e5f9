import Foundation

/// What is wrong with a data set's folder or manifest, and where.
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
    case neitherManifestNorClasses(path: String)
    case noSamples(path: String)

    case missingColumn(file: String, line: Int, column: String, found: [String])
    case emptyPath(file: String, line: Int)
    case repeatedPath(file: String, line: Int, path: String, firstLine: Int)
    case missingFiles(file: String, first: [Entry], count: Int)
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
            "\(path): there is no such folder. Check the path of the data set."
        case .notFolder(let path):
            "\(path): this is a file, a folder with manifest.csv or class folders was expected."
        case .cannotList(let path, let reason):
            "\(path): the folder cannot be read: \(reason)."
        case .neitherManifestNorClasses(let path):
            "\(path): neither manifest.csv nor a class folder found. "
                + "Sort the pictures into folders named by label codes, or list them in manifest.csv."
        case .noSamples(let path):
            "\(path): no picture is left, at least one was expected."
        case .missingColumn(let file, let line, let column, let found):
            "\(file):\(line): the column “\(column)” is missing, found are \(found.joined(separator: ", ")). Add it."
        case .emptyPath(let file, let line):
            "\(file):\(line): the path is empty. Name the picture's file."
        case .repeatedPath(let file, let line, let path, let firstLine):
            "\(file):\(line): \(path) is already listed on line \(firstLine). Give it once, its labels joined by |."
        case .missingFiles(let file, let first, let count):
            "\(file):\(first.first?.line ?? 1): \(count) \(count == 1 ? "picture is" : "pictures are") not there: "
                + first.map { "\($0.path) (line \($0.line))" }.joined(separator: ", ")
                + (count > first.count ? ", …" : "")
                + ". Paths start at the manifest's folder; dataset.skip_unreadable=true goes on without them."
        case .noLabels(let file, let line):
            "\(file):\(line): the labels are empty. Give at least one code."
        case .unknownLabel(let file, let line, let code, let nearest, let known):
            "\(file):\(line): the label “\(code)” is unknown. " + Self.advice(nearest, known)
        case .repeatedLabel(let file, let line, let code):
            "\(file):\(line): the label “\(code)” is given twice. Give it once."
        case .split(let file, let line, let found):
            "\(file):\(line): split is “\(found)”, train, validation or test was expected (or nothing)."
        case .fold(let file, let line, let found):
            "\(file):\(line): fold is “\(found)”, a whole number was expected (or nothing)."
        case .unknownClass(let path, _, _, _, true):
            "\(path): this folder holds a data set of its own and is no class. Name it instead of the folder above it."
        case .unknownClass(let path, let code, let nearest, let known, false):
            "\(path): the class folder's name “\(code)” is no known label. " + Self.advice(nearest, known)
        case .nestedFolder(let path):
            "\(path): a folder inside a class folder would be passed over. "
                + "Move its pictures up, or list all pictures in manifest.csv."
        case .emptyClass(let path):
            "\(path): the class folder holds no picture (PNG or JPEG). Fill it or remove it."
        }
    }

    private static func advice(_ nearest: String?, _ known: [String]) -> String {
        if let nearest { return "Did you mean “\(nearest)”?" }
        return "Known are \(known.joined(separator: ", ")); a labels.yaml beside the data describes others."
    }

    public var errorDescription: String? { description }
}
