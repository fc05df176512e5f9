import Foundation

/// Reads whole files with errors that say what is the matter.
public enum FileContent {
    /// The bytes of the file at `path`.
    ///
    /// - Parameter limit: the largest size, in bytes, that is read.
    /// - Throws: `FileError`.
    public static func bytes(of path: String, limit: Int = 1 << 30) throws -> Data {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw FileError.missing(path: path) }
            throw FileError.cannotRead(path: path, reason: String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw FileError.isFolder(path: path) }
        guard status.st_size <= limit else {
            throw FileError.tooLarge(path: path, bytes: Int(status.st_size), limit: limit)
        }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw FileError.cannotRead(path: path, reason: error.localizedDescription)
        }
    }

    /// The file's text.
    ///
    /// - Throws: `FileError`; `cannotRead` if the bytes are not UTF-8.
    public static func text(of path: String, limit: Int = 1 << 30) throws -> String {
        guard let text = String(data: try bytes(of: path, limit: limit), encoding: .utf8) else {
            throw FileError.cannotRead(path: path, reason: "its bytes are not UTF-8 text")
        }
        return text
    }
}
