import Foundation

/// Reads whole files with specific errors.
public enum FileContent {
    /// Returns the bytes of the file at `path`.
    ///
    /// - Parameter limit: the largest allowed size in bytes.
    /// - Throws: `FileError`.
    public static func bytes(of path: String, limit: Int = 1 << 30) throws -> Data {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw FileError.missing(path: path) }
            throw FileError.lastError(reading: path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError.lastError(reading: path) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw FileError.isFolder(path: path) }
        let size = Int(status.st_size)
        guard size <= limit else { throw FileError.tooLarge(path: path, bytes: size, limit: limit) }
        return try bytes(from: descriptor, expected: size, path: path, limit: limit)
    }

    /// Whether `path` is a regular file, which can be read more than once. Pipes, sockets and devices are not.
    package static func isStored(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Refuses a pipe, socket or device where a file is read more than once.
    ///
    /// - Throws: `FileError.cannotRead`. A missing file and a folder pass, because readers report them better.
    package static func checkIsStored(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else { return }
        throw FileError.cannotRead(
            path: path, reason: "it is a pipe or device, which can be read only once. Save the content to a file first")
    }

    /// Returns all bytes up to the end, also of files without a known size (pipes) and of growing files.
    private static func bytes(from descriptor: Int32, expected: Int, path: String, limit: Int) throws -> Data {
        var memory: UnsafeMutableRawPointer?
        // One extra byte, so that the end is detected at the expected size.
        var (room, count) = (0, 0)
        do {
            while true {
                if count == room {
                    room = room == 0 ? expected + 1 : max(2 * room, 1 << 16)
                    guard let more = realloc(memory, room) else {
                        throw FileError.cannotRead(path: path, reason: "out of memory for \(room) bytes")
                    }
                    memory = more
                }
                let wanted = room - count
                let found = read(descriptor, memory! + count, wanted)
                if found < 0, errno == EINTR { continue }
                guard found >= 0 else { throw FileError.lastError(reading: path) }
                count += found
                guard count <= limit else { throw FileError.tooLarge(path: path, bytes: count, limit: limit) }
                if found == 0 || found < wanted && count == expected {
                    return Data(bytesNoCopy: memory!, count: count, deallocator: .free)
                }
            }
        } catch {
            free(memory)
            throw error
        }
    }

    /// Returns the file's text.
    ///
    /// - Throws: `FileError`; `cannotRead` if the bytes are not UTF-8.
    public static func text(of path: String, limit: Int = 1 << 30) throws -> String {
        guard let text = String(data: try bytes(of: path, limit: limit), encoding: .utf8) else {
            throw FileError.cannotRead(path: path, reason: "its bytes are not UTF-8 text")
        }
        return text
    }
}
