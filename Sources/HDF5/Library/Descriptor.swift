import Files
import Foundation

/// A file descriptor for reads and writes at given offsets.
final class Descriptor: Sendable {
    private let number: Int32

    init(_ path: String, writable: Bool) throws {
        let opened = Foundation.open(path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC)
        guard opened >= 0 else {
            let reason = String(cString: strerror(errno))
            throw writable
                ? FileError.cannotWrite(path: path, reason: reason) : .cannotRead(path: path, reason: reason)
        }
        number = opened
    }

    deinit { close(number) }

    /// - Parameter failure: creates the error from the reason of the operating system.
    func read(_ count: Int, at offset: Int, orThrow failure: (String) -> HDF5Error) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let read = pread(number, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
                if read < 0, errno == EINTR { continue }
                guard read > 0 else {
                    throw failure(read == 0 ? "the file is truncated" : String(cString: strerror(errno)))
                }
                filled += read
            }
        }
    }

    func write(_ bytes: [UInt8], at offset: Int, orThrow failure: (String) -> HDF5Error) throws {
        try bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let written = pwrite(
                    number, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw failure(String(cString: strerror(errno))) }
                done += written
            }
        }
    }
}
