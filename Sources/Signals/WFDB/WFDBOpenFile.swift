import Files
import Foundation

/// A file open for reading.
final class WFDBOpenFile {
    let size: Int
    private let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        // Not to wait for a writer where the name is that of a pipe.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            size = 0
            if errno == ENOENT || errno == ENOTDIR { throw FileError.missing(path: path) }
            throw FileError.lastError(reading: path)
        }
        size = Int(status.st_size)
        guard status.st_mode & S_IFMT != S_IFDIR else { throw FileError.isFolder(path: path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError.cannotRead(path: path, reason: "it is not a regular file")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Fills `bytes` from byte `place` of the file on.
    func read(_ bytes: UnsafeMutableRawBufferPointer, at place: Int) throws {
        var count = 0
        while count < bytes.count {
            let found = pread(descriptor, bytes.baseAddress! + count, bytes.count - count, off_t(place + count))
            if found < 0, errno == EINTR { continue }
            guard found >= 0 else { throw FileError.lastError(reading: path) }
            guard found > 0 else {
                throw WFDBError.tooShort(path: path, expected: place + bytes.count, found: place + count)
            }
            count += found
        }
    }
}
