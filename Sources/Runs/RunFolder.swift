import Files
import Foundation

/// The folder that one run of an experiment leaves behind (`runs/<name>/<time>/`).
public struct RunFolder: Sendable {
    public let path: String

    /// The files that a finished run has, beside `plots/`.
    public enum File: String, CaseIterable, Sendable {
        case configuration = "config.yaml"
        case log = "log.txt"
        case environment = "environment.json"
        case model = "model.h5"
        case predictions = "predictions.csv"
        case metrics = "metrics.json"
        case report = "report.html"
        case modelCard = "model-card.md"
        case manifest = "manifest.sha256"
    }

    /// Makes the folder of a new run.
    ///
    /// - Parameters:
    ///   - asked: the folder that the user named, or nil for `runs/<name>/<time>/`.
    ///   - resume: goes on in a folder that is there already.
    /// - Throws: `RunError.folderNotEmpty` if a named folder holds something and `resume` is not set; `FileError`.
    public static func create(name: String, asked: String?, resume: Bool) throws -> RunFolder {
        let manager = FileManager.default
        if let asked {
            let holds = (try? manager.contentsOfDirectory(atPath: asked)) ?? []
            if !holds.isEmpty && !resume { throw RunError.folderNotEmpty(path: asked) }
            try AtomicFile.makeFolder(asked)
            return RunFolder(path: asked)
        }
        let base = "runs/\(name)/\(timeStamp(.folder))"
        var path = base
        var number = 2
        while manager.fileExists(atPath: path) {
            path = "\(base)-\(number)"
            number += 1
        }
        try AtomicFile.makeFolder(path)
        return RunFolder(path: path)
    }

    public init(path: String) { self.path = path }

    public subscript(_ file: File) -> String { "\(path)/\(file.rawValue)" }

    public var plots: String { "\(path)/plots" }

    /// Whether every file of a finished run is there.
    public var isFinished: Bool { FileManager.default.fileExists(atPath: self[.manifest]) }

    /// Writes `manifest.sha256`: a line `digest  file` for everything in the folder but the log, as `sha256sum -c`
    /// reads it. It is written last: a folder that has it is finished.
    public func seal() throws {
        let base = URL(fileURLWithPath: path).standardizedFileURL.path
        var lines: [String] = []
        let files = FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []
        for file in files.sorted() where file != File.log.rawValue && file != File.manifest.rawValue {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(base)/\(file)", isDirectory: &isFolder),
                !isFolder.boolValue
            else { continue }
            lines.append("\(try Digest(ofFile: "\(base)/\(file)"))  \(file)\n")
        }
        try AtomicFile.write(lines.joined(), to: self[.manifest])
    }

    enum Style { case folder, log }

    /// Local time, as the folder's name or at the start of a log line.
    static func timeStamp(_ style: Style) -> String { formatter(style).string(from: Date()) }

    /// A time as the log writes it.
    package static func stamp(_ date: Date) -> String { formatter(.log).string(from: date) }

    /// The time that a log's stamp tells.
    package static func date(ofTimeStamp text: String) -> Date? { formatter(.log).date(from: text) }

    private static func formatter(_ style: Style) -> DateFormatter {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = style == .folder ? "yyyy-MM-dd_HH-mm-ss" : "yyyy-MM-dd'T'HH:mm:ss.SSSZ"
        return formatter
    }
}

/// What can go wrong with a run's folder.
public enum RunError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case folderNotEmpty(path: String)
    case otherConfiguration(path: String)
    case holdsRun(path: String)
    case holdsOther(path: String)

    public var description: String {
        switch self {
        case .folderNotEmpty(let path):
            "\(path): the folder is not empty. Choose another with --output, or go on with that run by --resume."
        case .otherConfiguration(let path):
            "\(path): this run was started with another configuration. Resume it with the same one, or start a new run."
        case .holdsRun(let path):
            "\(path): this folder holds a training run, whose results would be overwritten. Choose another with --output."
        case .holdsOther(let path):
            "\(path): the folder is not empty and holds no evaluation. Choose another with --output."
        }
    }

    public var errorDescription: String? { description }
}

/// The folder of a finished run, and its summary for the terminal.
public struct RunOutcome: Sendable {
    public let folder: RunFolder
    public let summary: String

    package init(folder: RunFolder, summary: String) {
        self.folder = folder
        self.summary = summary
    }
}
