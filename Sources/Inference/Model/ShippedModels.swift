import Files
import Foundation

/// Finds the models that are part of HeartSense, from any working directory.
///
/// They are looked for in the folder that the environment variable `HEARTSENSE_MODELS` names, else in a folder `weights`
/// of the working directory, next to the program, in `../share/heartsense` from it, and in each folder above it, as in a
/// checkout.
public struct ShippedModels: Sendable {
    /// The folders in which models are looked for, in this order.
    public let folders: [String]

    public init() {
        self.init(
            variable: ProcessInfo.processInfo.environment["HEARTSENSE_MODELS"],
            program: Bundle.main.executableURL?.resolvingSymlinksInPath().path ?? CommandLine.arguments[0])
    }

    /// - Parameters:
    ///   - variable: the value of `HEARTSENSE_MODELS`.
    ///   - program: the path of the program.
    init(variable: String?, program: String) {
        if let variable, !variable.isEmpty {
            folders = [variable]
            return
        }
        var folders = ["weights"]
        var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
        folders.append(folder.appendingPathComponent("../share/heartsense").standardizedFileURL.path)
        while true {
            folders.append(folder.appendingPathComponent("weights").path)
            if folder.path == "/" { break }
            folder = folder.deletingLastPathComponent()
        }
        self.folders = folders
    }

    /// Returns the path of a model: the path itself if there is such a file, else the first shipped model of that name.
    ///
    /// - Parameter path: a path, or the name of a shipped model such as `twelve-lead.h5` or `twelve-lead`.
    /// - Throws: `ShippedModelError` with the places that were searched.
    public func path(of path: String) throws -> String {
        let manager = FileManager.default
        if manager.fileExists(atPath: path) { return path }
        // A path into another folder than `weights` is meant as it is.
        let parts = path.split(separator: "/")
        guard parts.count == 1 || parts.dropLast() == ["weights"], !path.hasPrefix("/"), let last = parts.last else {
            return path
        }
        let name = last.hasSuffix(".h5") ? String(last) : last + ".h5"
        for folder in folders where manager.fileExists(atPath: "\(folder)/\(name)") { return "\(folder)/\(name)" }
        throw ShippedModelError(path: path, folders: folders)
    }
}

/// A model that is neither a file nor in one of the folders of shipped models.
public struct ShippedModelError: Error, Equatable, LocalizedError, CustomStringConvertible {
    public let path: String
    public let folders: [String]

    public var description: String {
        "\(path): there is no such file, and no shipped model of this name in \(folders.joined(separator: ", ")). "
            + "Set HEARTSENSE_MODELS to the folder of the models, or give the path of a model."
    }
    public var errorDescription: String? { description }
}
