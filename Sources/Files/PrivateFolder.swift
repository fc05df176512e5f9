import Foundation

/// A temporary folder that only this user can read. It is removed with its content when it is released.
package final class PrivateFolder {
    package let path: String

    /// - Throws: `FileError`.
    package init() throws {
        var template = Array(
            FileManager.default.temporaryDirectory.appendingPathComponent("heartsense-XXXXXX").path.utf8CString)
        guard mkdtemp(&template) != nil else { throw FileError.lastError(writing: String(cString: template)) }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Returns the path of a file in the folder.
    package func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a new file that only this user can read.
    ///
    /// - Throws: `FileError`, also if there is a file of this name.
    /// - Precondition: `name` has no slash.
    package func write(_ bytes: Data, as name: String) throws {
        precondition(!name.contains("/"), "a path instead of a name")
        let descriptor = open(self(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError.lastError(writing: self(name)) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do { try file.write(contentsOf: bytes) } catch { throw FileError.lastError(writing: self(name)) }
    }
}
