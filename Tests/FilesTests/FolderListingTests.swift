import Foundation
import TestSupport
import Testing

@testable import Files

struct FolderListingTests {
    @Test func `hidden entries and the folders of operating systems are left out`() throws {
        let scratch = try Scratch()
        let systemFolders = [
            "__MACOSX", "@eaDir", "System Volume Information", "lost+found", "$RECYCLE.BIN", "#recycle",
            ".ipynb_checkpoints",
        ]
        for name in systemFolders + ["N", "V10", "V9"] { try scratch.write("\(name)/a.png", "a") }
        try scratch.write(".hidden", "a")
        let listing = try FolderListing(of: scratch.path)
        #expect(listing.names == ["N", "V9", "V10"])
        #expect(listing.foreignNames.isEmpty)
    }

    @Test func `names that are not UTF-8 are listed apart`() throws {
        let scratch = try Scratch()
        try scratch.write("é.png", "a")
        try scratch.write(latin1: "caf", 0xE9, ".png")
        try scratch.write(latin1: "caf", 0xE8, ".png")
        let listing = try FolderListing(of: scratch.path)
        #expect(listing.names == ["é.png"])
        #expect(listing.foreignNames == ["caf\u{FFFD}.png", "caf\u{FFFD}.png"])
    }

    @Test func `a folder that cannot be listed is reported with the reason`() {
        #expect(throws: FileError.cannotRead(path: "/none", reason: "No such file or directory")) {
            _ = try FolderListing(of: "/none")
        }
    }
}
