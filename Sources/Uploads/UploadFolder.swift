import Files
import Foundation

/// Keeps the results of callers without an account for a limited time, each in a folder of its own under a random id.
///
/// Only the server's user can read the folders. Several servers of one user can share them.
package struct UploadFolder: Sendable {
    package let path: String
    package let seconds: Double

    /// Creates the folder.
    ///
    /// - Throws: `FileError`, also for a folder of another user.
    package init(_ path: String, seconds: Double) throws {
        (self.path, self.seconds) = (path, seconds)
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw FileError.lastError(writing: path) }
        var status = stat()
        guard lstat(path, &status) == 0 else { throw FileError.lastError(writing: path) }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
            throw FileError.cannotWrite(path: path, reason: "it is not a folder of the server's user")
        }
        guard chmod(path, 0o700) == 0 else { throw FileError.lastError(writing: path) }
    }

    /// The folder of the server's user in the system's folder for temporary files.
    package static var standardPath: String {
        FileManager.default.temporaryDirectory.appendingPathComponent("heartsense-uploads-\(geteuid())").path
    }

    /// Returns 32 random hexadecimal digits.
    package static func newID() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0 ..< 2).map { _ in
            let digits = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Whether a text has the form of an id. Others never become part of a path.
    package static func isID(_ text: String) -> Bool {
        text.utf8.count == 32
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0") ... UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a") ... UInt8(ascii: "f")).contains($0)
            }
    }

    /// Writes files of a result, new ones or in place of old ones.
    ///
    /// - Throws: `FileError`.
    /// - Precondition: `isID(id)`.
    package func put(_ files: [String: Data], id: String) throws {
        precondition(Self.isID(id), "not an id")
        let folder = "\(path)/\(id)"
        if mkdir(folder, 0o700) != 0, errno != EEXIST { throw FileError.lastError(writing: folder) }
        for (name, content) in files.sorted(by: { $0.key < $1.key }) {
            let temporary = "\(folder)/.\(name).\(Self.newID())"
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw FileError.lastError(writing: folder) }
            let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            do { try file.write(contentsOf: content) } catch {
                unlink(temporary)
                throw FileError.lastError(writing: folder)
            }
            guard rename(temporary, "\(folder)/\(name)") == 0 else { throw FileError.lastError(writing: folder) }
        }
    }

    /// Returns a file of a result; nil if there is none, or if its time is over.
    package func file(_ name: String, id: String, now: Date = Date()) -> Data? {
        guard Self.isID(id), !isExpired(id, now: now) else { return nil }
        return try? FileContent.bytes(of: "\(path)/\(id)/\(name)")
    }

    /// Whether there is a result with this id.
    package func has(_ id: String, now: Date = Date()) -> Bool {
        Self.isID(id) && FileManager.default.fileExists(atPath: "\(path)/\(id)") && !isExpired(id, now: now)
    }

    /// A result is as old as the file `ecg.json`, which corrections do not change.
    private func isExpired(_ id: String, now: Date) -> Bool {
        var status = stat()
        guard lstat("\(path)/\(id)/ecg.json", &status) == 0 || lstat("\(path)/\(id)", &status) == 0 else { return true }
        return now.timeIntervalSince1970 - Double(status.st_mtim.tv_sec) > seconds
    }

    /// Deletes expired results.
    ///
    /// - Returns: the number of results that could not be deleted.
    package func deleteExpired(now: Date = Date()) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        var failures = 0
        for id in names where Self.isID(id) && isExpired(id, now: now) {
            do { try FileManager.default.removeItem(atPath: "\(path)/\(id)") } catch { failures += 1 }
        }
        return failures
    }
}
