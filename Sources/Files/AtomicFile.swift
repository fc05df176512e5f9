import Foundation

/// Writes whole files so that a reader sees the old content or the new, never a part.
///
/// The content goes to a temporary name in the same folder, is flushed to the disk and then renamed. When
/// anything fails the temporary file is removed and the file that was there before is untouched.
public enum AtomicFile {
    /// Writes `data` to `path`.
    ///
    /// - Throws: `FileError.cannotWrite` with the system's reason (a full disk, a missing folder, no permission).
    public static func write(_ data: Data, to path: String) throws {
        try write(to: path) { try flush(data, to: $0, naming: path) }
    }

    /// Writes `data` to `temporary` and waits until the disk has it; errors name `path`.
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

    /// Lets `body` write a file under a temporary name, then gives it its own.
    ///
    /// - Parameters:
    ///   - path: where the file is to stand; its folder must exist.
    ///   - body: writes the whole file to the path it is given.
    /// - Throws: what `body` throws, or `FileError.cannotWrite` if the rename fails. Either way the temporary file
    ///   is gone.
    public static func write(to path: String, _ body: (_ temporary: String) throws -> Void) throws {
        let url = URL(fileURLWithPath: path)
        // Not every writer can say that there is no such folder.
        guard access(url.deletingLastPathComponent().path, W_OK | X_OK) == 0 else {
            throw FileError.lastError(writing: path)
        }
        // The process number keeps two programs apart, the random part two threads; the extension is kept because
        // some writers look at it.
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

    /// Makes `path` and the folders above it.
    public static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw FileError.cannotMakeFolder(path: path, reason: reason(of: error))
        }
    }

    private static func reason(of error: Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        if let underlying, underlying.domain == NSPOSIXErrorDomain {
            return String(cString: strerror(Int32(underlying.code)))
        }
        return error.localizedDescription
    }
}
