import Files
import Foundation

/// The folder of one run (`runs/<name>/<time>/`).
public struct RunFolder: Sendable {
    public let path: String

    /// The files of a finished run, besides `plots/`.
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

    /// Creates the folder of a run.
    ///
    /// - Parameters:
    ///   - asked: the folder given by the user; nil for `runs/<name>/<time>/`.
    ///   - resume: whether the folder may exist and have content.
    /// - Throws: `RunError.folderNotEmpty` if a given folder has content and `resume` is false; `FileError`.
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

    /// The text that a finished run prints.
    package var summary: String { "\(path)/summary.txt" }

    /// Whether the run is finished, so that all files exist.
    public var isFinished: Bool { FileManager.default.fileExists(atPath: self[.manifest]) }

    /// Writes `manifest.sha256`: a line `digest  file` for every file except the log, as `sha256sum -c` reads it.
    ///
    /// This file is written last, so a run with it is finished.
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

    /// Returns the files that `manifest.sha256` lists and the folder lacks.
    ///
    /// - Throws: `FileError`.
    func missingFiles() throws -> [String] {
        try FileContent.text(of: self[.manifest]).split(separator: "\n").compactMap { line in
            // 64 digits and two blanks.
            let file = String(line.dropFirst(66))
            return FileManager.default.fileExists(atPath: "\(path)/\(file)") ? nil : file
        }
    }

    enum Style { case folder, log }

    /// Formats the local time, for a folder's name or a log line.
    static func timeStamp(_ style: Style) -> String { formatter(style).string(from: Date()) }

    /// Formats a time like the log.
    package static func stamp(_ date: Date) -> String { formatter(.log).string(from: date) }

    /// Parses the time of a log line.
    package static func date(ofTimeStamp text: String) -> Date? { formatter(.log).date(from: text) }

    private static func formatter(_ style: Style) -> DateFormatter {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = style == .folder ? "yyyy-MM-dd_HH-mm-ss" : "yyyy-MM-dd'T'HH:mm:ss.SSSZ"
        return formatter
    }
}

/// Errors of output folders.
public enum RunError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case folderNotEmpty(path: String)
    case otherConfiguration(path: String)
    /// The finished run lacks files that its manifest lists.
    case filesMissing(path: String, files: [String])
    case holdsRun(path: String)
    case holdsOther(path: String)

    public var description: String {
        switch self {
        case .folderNotEmpty(let path):
            "\(path): the folder is not empty. Choose another with --output, or continue that run with --resume."
        case .otherConfiguration(let path):
            "\(path): this run was started with another configuration. Resume it with that configuration, or start a new run."
        case .filesMissing(let path, let files):
            "\(path): this run is finished, but \(files.joined(separator: ", ")) \(files.count == 1 ? "is" : "are") missing. "
                + "Restore from a copy, or train again in a new folder."
        case .holdsRun(let path):
            "\(path): this folder has a training run, which would be overwritten. Choose another with --output."
        case .holdsOther(let path):
            "\(path): the folder is not empty and has no evaluation. Choose another with --output."
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
