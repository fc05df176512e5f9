import Foundation

/// Writes files atomically: a reader sees the old or the new content, never a part of it.
///
/// The content is written under a temporary name in the same folder, flushed to disk and renamed. If a step fails, the
/// temporary file is removed and the old file stays unchanged.
public enum AtomicFile {
    /// Writes `data` to `path`.
    ///
    /// - Throws: `FileError.cannotWrite` with the system's reason: a full disk, a missing folder, no permission.
    public static func write(_ data: Data, to path: String) throws {
        try write(to: path) { try flush(data, to: $0, naming: path) }
    }

    /// Writes `data` to `path`. Only the user of this process can read the file, from its first byte on.
    ///
    /// - Throws: `FileError.cannotWrite`.
    package static func writePrivately(_ data: Data, to path: String) throws {
        try write(to: path) { temporary in
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw FileError.lastError(writing: path) }
            close(descriptor)
            try flush(data, to: temporary, naming: path)
        }
    }

    /// Writes `data` to `temporary` and flushes it to disk. Errors name `path`.
    package static func flush(_ data: Data, to temporary: String, naming path: String) throws {
        guard let file = fopen(temporary, "wb") else { throw FileError.lastError(writing: path) }
        var failure: Int32 = 0
        data.withUnsafeBytes { bytes in
            if fwrite(bytes.baseAddress, 1, bytes.count, file) != bytes.count { failure = errno }
        }
        if failure == 0, fflush(file) != 0 || fsync(fileno(file)) != 0 { failure = errno }
        if fclose(file) != 0, failure == 0 { failure = errno }
        if failure != 0 { throw FileError.cannotWrite(path: path, reason: String(cString: strerror(failure))) }
    }

    /// Writes `text` to `path` as UTF-8.
    public static func write(_ text: String, to path: String) throws {
        try write(Data(text.utf8), to: path)
    }

    /// Lets `body` write a file under a temporary name, then renames it.
    ///
    /// - Parameters:
    ///   - path: the final path; its folder must exist.
    ///   - body: writes the complete file to the given path.
    /// - Throws: any error of `body`; `FileError.cannotWrite` if the rename fails. In both cases the temporary file is
    ///   removed.
    public static func write(to path: String, _ body: (_ temporary: String) throws -> Void) throws {
        let url = URL(fileURLWithPath: path)
        // Not every writer reports a missing folder.
        guard access(url.deletingLastPathComponent().path, W_OK | X_OK) == 0 else {
            throw FileError.lastError(writing: path)
        }
        // Unique by process and random number. The extension stays because some writers depend on it.
        let name = ".\(url.deletingPathExtension().lastPathComponent).\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let suffix = url.pathExtension.isEmpty ? "tmp" : "tmp.\(url.pathExtension)"
        let temporary = url.deletingLastPathComponent().appendingPathComponent("\(name).\(suffix)").path
        do {
            try body(temporary)
            guard rename(temporary, path) == 0 else { throw FileError.lastError(writing: path) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Creates `path` and its missing parent folders.
    public static func makeFolder(_ path: String) throws {
        var folder = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            folder += (folder.isEmpty || folder == "/" ? "" : "/") + part
            // A folder that exists may be in one that cannot be written.
            guard mkdir(folder, 0o777) != 0, errno != EEXIST else { continue }
            let reason = String(cString: strerror(errno))
            var status = stat()
            guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw FileError.cannotMakeFolder(path: path, reason: reason)
            }
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw FileError.cannotMakeFolder(path: path, reason: "there is a file of that name")
        }
    }

    /// Creates `path` and its missing parent folders, and lets only the user of this process read `path`.
    ///
    /// - Throws: `FileError`.
    package static func makePrivateFolder(_ path: String) throws {
        try makeFolder(path)
        guard chmod(path, 0o700) == 0 else { throw FileError.lastError(writing: path) }
    }
}
