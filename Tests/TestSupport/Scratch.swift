import Foundation

/// A temporary folder that is removed after the test.
public final class Scratch: Sendable {
    public let path: String

    public init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("scratch-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Returns the path of a file in the folder.
    public func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file, creates missing parent folders and returns the path.
    @discardableResult
    public func write(_ name: String, _ content: Data) throws -> String {
        let file = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try content.write(to: file)
        return file.path
    }

    @discardableResult
    public func write(_ name: String, _ text: String) throws -> String { try write(name, Data(text.utf8)) }

    /// Writes a file whose name has a byte that is not UTF-8.
    package func write(latin1 start: String, _ byte: UInt8, _ end: String, _ content: Data = Data()) throws {
        let name = Array(self(start).utf8) + [byte] + Array(end.utf8) + [0]
        let file = name.withUnsafeBytes { fopen($0.bindMemory(to: CChar.self).baseAddress!, "wb") }
        guard let file else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        _ = content.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
        fclose(file)
    }

    /// Creates a named pipe, and returns its path. Nothing opens it.
    @discardableResult
    package func makePipe(_ name: String) throws -> String {
        guard mkfifo(self(name), 0o600) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return self(name)
    }

    public func text(_ name: String) throws -> String { try String(contentsOfFile: self(name), encoding: .utf8) }

    public func data(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: self(name))) }

    /// Returns the permissions of a file or folder.
    public func mode(of name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: self(name))
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }

    /// Returns the names in a subfolder, including hidden ones.
    public func names(in folder: String = ".") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: self(folder)).sorted()
    }

    /// Returns all paths below the folder, including hidden ones.
    public func everything() -> [String] {
        (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).sorted()
    }
}
