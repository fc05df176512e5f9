import Files
import Foundation
import Testing

@Suite struct PrivateFolderTests {
    private func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func `only the user can read the folder and its files, and both are removed`() throws {
        var folder: PrivateFolder? = try PrivateFolder()
        let path = try #require(folder).path
        try folder?.write(Data("abc".utf8), as: "a")
        #expect(try permissions(path) == 0o700 && permissions(path + "/a") == 0o600)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path + "/a")) == Data("abc".utf8))
        folder = nil
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `a file is not replaced`() throws {
        let folder = try PrivateFolder()
        try folder.write(Data("abc".utf8), as: "a")
        #expect(throws: FileError.self) { try folder.write(Data(), as: "a") }
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder("a"))).count == 3)
    }
}
