import Files
import Foundation
import TestSupport
import Testing

@testable import Uploads

struct UploadFolderTests {
    @Test func `only the user reads the files, and expired results are deleted`() throws {
        let scratch = try Scratch()
        let folder = try UploadFolder(scratch("up"), seconds: 60)
        let id = UploadFolder.newID()
        try folder.put(["ecg.json": Data("{}".utf8)], id: id)
        try folder.put(["result.json": Data("1".utf8)], id: id)
        try folder.put(["result.json": Data("2".utf8)], id: id)
        #expect(folder.file("result.json", id: id) == Data("2".utf8) && folder.file("other", id: id) == nil)
        for (path, mode) in [("up", 0o700), ("up/\(id)", 0o700), ("up/\(id)/ecg.json", 0o600)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: scratch(path))
            #expect(attributes[.posixPermissions] as? Int == mode, "\(path)")
        }
        let later = Date() + 61
        #expect(folder.file("result.json", id: id, now: later) == nil && !folder.has(id, now: later))
        #expect(folder.deleteExpired(now: Date()) == 0 && folder.has(id))
        #expect(folder.deleteExpired(now: later) == 0 && !folder.has(id))
        #expect(!FileManager.default.fileExists(atPath: scratch("up/\(id)")))
    }

    @Test func `ids are random, and other texts are no ids`() throws {
        #expect(Set((0 ..< 1000).map { _ in UploadFolder.newID() }).count == 1000)
        #expect(UploadFolder.isID(UploadFolder.newID()))
        for text in [
            "", "..", "../../etc/passwd", String(repeating: "A", count: 32), String(repeating: "0", count: 31),
        ] {
            #expect(!UploadFolder.isID(text))
        }
        let scratch = try Scratch()
        try Data().write(to: URL(fileURLWithPath: scratch("file")))
        #expect(throws: FileError.self) { try UploadFolder(scratch("file"), seconds: 1) }
        try FileManager.default.createSymbolicLink(atPath: scratch("link"), withDestinationPath: "/tmp")
        #expect(throws: FileError.self) { try UploadFolder(scratch("link"), seconds: 1) }
    }
}
