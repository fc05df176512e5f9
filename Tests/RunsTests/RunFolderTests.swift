import Files
import Foundation
import TestSupport
import Testing

@testable import Runs

struct RunFolderTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `a named folder is made, and must be empty unless a run is resumed`() throws {
        let folder = try RunFolder.create(name: "x", asked: scratch("a/b"), resume: false)
        #expect(folder.path == scratch("a/b"))
        _ = try RunFolder.create(name: "x", asked: scratch("a/b"), resume: false)
        try scratch.write("a/b/config.yaml", "name: x")
        #expect(throws: RunError.folderNotEmpty(path: scratch("a/b"))) {
            try RunFolder.create(name: "x", asked: scratch("a/b"), resume: false)
        }
        #expect(try RunFolder.create(name: "x", asked: scratch("a/b"), resume: true).path == scratch("a/b"))
    }

    @Test func `a file in the folder's place is an error that names it`() throws {
        let file = try scratch.write("file", "in the way")
        #expect { try RunFolder.create(name: "x", asked: file, resume: false) } throws: { "\($0)".contains(file) }
    }

    @Test func `the seal lists everything but the log, and is right`() throws {
        let folder = try RunFolder.create(name: "x", asked: scratch("run"), resume: false)
        try scratch.write("run/b.txt", "b")
        try scratch.write("run/plots/a.svg", "a")
        try scratch.write("run/log.txt", "log")
        #expect(!folder.isFinished)
        try folder.seal()
        #expect(folder.isFinished)
        let lines = try FileContent.text(of: folder[.manifest]).split(separator: "\n").map(String.init)
        #expect(lines == ["\(Digest(of: "b"))  b.txt", "\(Digest(of: "a"))  plots/a.svg"])
    }

    @Test func `a folder's stamp sorts by time and is a plain name`() {
        let stamp = RunFolder.timeStamp(.folder)
        #expect(stamp.wholeMatch(of: /\d{4}-\d{2}-\d{2}_\d{2}-\d{2}-\d{2}/) != nil)
        #expect(RunFolder.timeStamp(.log).wholeMatch(of: /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}[+-]\d{4}/) != nil)
    }
}
