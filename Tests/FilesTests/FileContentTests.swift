import Files
import Foundation
import Testing

@Suite struct FileContentTests {
    @Test func `a missing file, a folder and too large a file are different errors`() throws {
        let folder = NSTemporaryDirectory() + "FileContentTests-\(UUID().uuidString)"
        try AtomicFile.makeFolder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try AtomicFile.write("12345", to: folder + "/five")
        #expect(throws: FileError.missing(path: folder + "/none")) { try FileContent.bytes(of: folder + "/none") }
        #expect(throws: FileError.isFolder(path: folder)) { try FileContent.bytes(of: folder) }
        #expect(throws: FileError.tooLarge(path: folder + "/five", bytes: 5, limit: 4)) {
            try FileContent.bytes(of: folder + "/five", limit: 4)
        }
        #expect(try FileContent.bytes(of: folder + "/five", limit: 5).count == 5)
    }

    @Test func `an empty file, a file of several pages and a pipe are read completely`() throws {
        let folder = NSTemporaryDirectory() + "FileContentTests-\(UUID().uuidString)"
        try AtomicFile.makeFolder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let long = Data((0 ..< 300_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) })
        for content in [Data(), Data([1]), long] {
            try AtomicFile.write(content, to: folder + "/file")
            #expect(try FileContent.bytes(of: folder + "/file", limit: content.count) == content)
        }
        // A pipe does not report a size.
        let pipe = Pipe()
        let writer = Thread {
            pipe.fileHandleForWriting.write(long)
            try? pipe.fileHandleForWriting.close()
        }
        writer.start()
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        #expect(try FileContent.bytes(of: path) == long)
        #expect(try FileContent.text(of: "/proc/self/status").contains("VmPeak"))
        #expect(throws: FileError.self) { try FileContent.bytes(of: "/proc/self/status", limit: 100) }
    }

    @Test func `a name that is not UTF-8 is given as the reason why there is no such file`() {
        #expect("\(FileError.missing(path: "caf\u{FFFD}"))".contains("The name is not UTF-8 text. Rename it"))
        #expect("\(FileError.missing(path: "café"))".hasSuffix("Check the path."))
    }

    @Test func `a pipe or device is refused where a file is read twice`() throws {
        let path = NSTemporaryDirectory() + "FileContentTests-\(UUID().uuidString)"
        #expect(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        for place in [path, "/dev/null"] {
            #expect(!FileContent.isStored(place))
            let error = #expect(throws: FileError.self) { try FileContent.checkIsStored(place) }
            #expect(error?.description.contains("\(place): cannot be read: it is a pipe or device") == true)
        }
        try FileContent.checkIsStored("/")
        try FileContent.checkIsStored("/none")
    }

    @Test func `bytes that are not UTF-8 are rejected as text`() throws {
        let path = NSTemporaryDirectory() + "FileContentTests-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try AtomicFile.write(Data([0x48, 0xFF, 0xFE]), to: path)
        #expect(throws: FileError.cannotRead(path: path, reason: "its bytes are not UTF-8 text")) {
            try FileContent.text(of: path)
        }
    }
}
