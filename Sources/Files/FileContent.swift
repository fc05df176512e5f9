import Foundation

/// Reads whole files with errors that say what is the matter.
public enum FileContent {
    /// The bytes of the file at `path`.
    ///
    /// - Parameter limit: the largest size, in bytes, that is read.
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

    /// All bytes up to the end. What has no size beforehand (a pipe) or gets longer meanwhile is read too.
    private static func bytes(from descriptor: Int32, expected: Int, path: String, limit: Int) throws -> Data {
        var memory: UnsafeMutableRawPointer?
        // One byte more, so that the end is seen where it is expected.
        var (room, count) = (0, 0)
        do {
            while true {
                if count == room {
                    room = room == 0 ? expected + 1 : max(2 * room, 1 << 16)
                    guard let more = realloc(memory, room) else {
                        throw FileError.cannotRead(path: path, reason: "there is no memory for \(room) bytes")
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
