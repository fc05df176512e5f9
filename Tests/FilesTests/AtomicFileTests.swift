import Files
import Foundation
import Testing

@Suite struct AtomicFileTests {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "AtomicFileTests-\(UUID().uuidString)"
        try AtomicFile.makeFolder(folder)
    }

    @Test func `the content is written, and no temporary file is left`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try AtomicFile.write("first", to: folder + "/a.txt")
        try AtomicFile.write("second", to: folder + "/a.txt")
        #expect(try FileContent.text(of: folder + "/a.txt") == "second")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.txt"])
    }

    @Test func `missing parent folders are created, and a file in the way is the reason of an error`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try AtomicFile.makeFolder(folder + "/a//b/c/")
        try AtomicFile.makeFolder(folder + "/a/b/c")
        #expect(access(folder + "/a/b/c", X_OK) == 0)
        try AtomicFile.write("", to: folder + "/file")
        #expect(throws: FileError.cannotMakeFolder(path: folder + "/file", reason: "there is a file of that name")) {
            try AtomicFile.makeFolder(folder + "/file")
        }
        #expect(throws: FileError.cannotMakeFolder(path: folder + "/file/x", reason: "Not a directory")) {
            try AtomicFile.makeFolder(folder + "/file/x")
        }
    }

    @Test func `a private file and a private folder are readable by one user only`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try AtomicFile.write("open", to: folder + "/a.txt")
        chmod(folder + "/a.txt", 0o644)
        try AtomicFile.writePrivately(Data("secret".utf8), to: folder + "/a.txt")
        try AtomicFile.makePrivateFolder(folder + "/b/c")
        for (name, mode) in [("a.txt", 0o600), ("b/c", 0o700)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == mode)
        }
        #expect(try FileContent.text(of: folder + "/a.txt") == "secret")
    }

    @Test func `a writer that fails leaves the old file and nothing else`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        struct Interrupted: Error {}
        try AtomicFile.write("old", to: folder + "/a.txt")
        #expect(throws: Interrupted.self) {
            try AtomicFile.write(to: folder + "/a.txt") { temporary in
                try Data("half of the n".utf8).write(to: URL(fileURLWithPath: temporary))
                throw Interrupted()
            }
        }
        #expect(try FileContent.text(of: folder + "/a.txt") == "old")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.txt"])
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "the system has no /dev/full"))
    func `a full disk is reported with the file's name`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createSymbolicLink(atPath: folder + "/full", withDestinationPath: "/dev/full")
        let file = try #require(fopen(folder + "/full", "wb"))
        fclose(file)
        #expect {
            try AtomicFile.write(to: folder + "/a.txt") { temporary in
                try FileManager.default.createSymbolicLink(atPath: temporary, withDestinationPath: "/dev/full")
                try AtomicFile.flush(Data(count: 100_000), to: temporary, naming: folder + "/a.txt")
            }
        } throws: { error in
            "\(error)".contains("a.txt") && "\(error)".contains("No space left")
        }
        #expect(!FileManager.default.fileExists(atPath: folder + "/a.txt"))
    }

    @Test func `a missing folder is reported`() {
        #expect(throws: FileError.cannotWrite(path: folder + "/none/a.txt", reason: "No such file or directory")) {
            try AtomicFile.write("text", to: folder + "/none/a.txt")
        }
    }
}
