import Files
import Foundation
import Logging
import Progress

/// The course of one run: a new, resumed or finished folder with a definition, a log, and a seal at the end.
///
/// Training, pretraining, searches and sweeps begin and end in the same way. The definition of a run is the text that its
/// results follow from, such as the resolved configuration. A run is resumed only with its own definition.
package struct RunSession: Sendable {
    private let name: String
    private let text: String
    private let file: String
    private let isResumed: Bool
    private let asked: String?

    /// Resolves the folder. Nothing is created.
    ///
    /// - Parameters:
    ///   - name: the folder of such runs, below `runs/`.
    ///   - text: the definition.
    ///   - file: the name of the file that holds the definition.
    ///   - output: the run's folder; nil for `runs/<name>/<time>/`.
    ///   - resume: whether to continue a run. Without `output` this is the newest unfinished one with this definition,
    ///     else the newest unfinished one, else the newest finished one with this definition.
    package init(
        name: String, text: String, file: String = RunFolder.File.configuration.rawValue, output: String?, resume: Bool
    ) {
        self.name = name
        self.text = text
        self.file = file
        isResumed = resume
        asked = output ?? (resume ? Self.newest(in: "runs/\(name)", text: text, file: file)?.path : nil)
    }

    /// Returns the resumed run if it is finished.
    ///
    /// - Throws: `RunError.otherConfiguration`, `.filesMissing`, `FileError`.
    package func finished() throws -> RunOutcome? {
        guard isResumed, let asked, case let folder = RunFolder(path: asked), folder.isFinished else { return nil }
        try checkDefinition(in: folder)
        let missing = try folder.missingFiles()
        guard missing.isEmpty else { throw RunError.filesMissing(path: folder.path, files: missing) }
        return RunOutcome(
            folder: folder,
            summary: "The run in \(folder.path) is already finished.\n\n" + (try FileContent.text(of: folder.summary)))
    }

    /// Creates the folder, or takes up the one to resume, and writes the definition.
    ///
    /// - Throws: `RunError.folderNotEmpty`, `.otherConfiguration`, `FileError`.
    package func open() throws -> RunFolder {
        let folder = try RunFolder.create(name: name, asked: asked, resume: isResumed)
        try checkDefinition(in: folder)
        if isResumed { folder.removeTemporaryFiles() }
        try AtomicFile.write(text, to: "\(folder.path)/\(file)")
        return folder
    }

    /// Opens the folder and its log.
    ///
    /// - Parameters:
    ///   - title: names the run in the log, such as `experiment demo`.
    ///   - environment: stored with the run.
    /// - Throws: what `open` throws.
    package func begin(_ title: String, environment: EnvironmentRecord? = nil) throws -> (RunFolder, Logger) {
        let folder = try open()
        let log = RunLog.logger(appendingTo: folder[.log])
        log.info("heartsense \(HeartSenseVersion.current), \(title), in \(folder.path)")
        try environment?.write(to: folder.nextEnvironment)
        return (folder, log)
    }

    private func checkDefinition(in folder: RunFolder) throws {
        let path = "\(folder.path)/\(file)"
        guard FileManager.default.fileExists(atPath: path), try FileContent.text(of: path) != text else { return }
        throw RunError.otherConfiguration(path: folder.path)
    }

    static func newest(in folder: String, text: String, file: String) -> RunFolder? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let runs = names.sorted(by: NaturalOrder.precedes)
            .map { RunFolder(path: "\(folder)/\($0)") }
            .filter { FileManager.default.fileExists(atPath: "\($0.path)/\(file)") }
        let unfinished = runs.filter { !$0.isFinished }
        let isSame = { (run: RunFolder) in (try? FileContent.text(of: "\(run.path)/\(file)")) == text }
        return unfinished.last(where: isSame) ?? unfinished.last ?? runs.last(where: isSame)
    }
}

extension RunFolder {
    /// Removes the temporary files of a killed program (`AtomicFile`), which would be listed among the results.
    func removeTemporaryFiles() {
        let files = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        for file in files {
            let name = (file as NSString).lastPathComponent
            if name.wholeMatch(of: /\..+\.[0-9]+-[0-9]+\.tmp(\..+)?/) != nil { unlink("\(path)/\(file)") }
        }
    }

    /// The path for the environment of this part of the run. A resumed run keeps those of its earlier parts.
    fileprivate var nextEnvironment: String {
        var path = self[.environment]
        var number = 2
        while FileManager.default.fileExists(atPath: path) {
            path = "\(self.path)/environment-\(number).json"
            number += 1
        }
        return path
    }
}
