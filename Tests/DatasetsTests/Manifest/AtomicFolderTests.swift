import Files
import Foundation
import TestSupport
import Testing

@testable import Datasets

struct AtomicFolderTests {
    private struct Interruption: Error {}

    @Test func `nothing is left of a folder that could not be completed`() throws {
        let folder = try Scratch()
        let scratch = folder.path
        #expect(throws: Interruption.self) {
            try AtomicFolder.build("\(scratch)/set") { construction in
                try Data("half".utf8).write(to: URL(fileURLWithPath: "\(construction)/half.png"))
                #expect(!FileManager.default.fileExists(atPath: "\(scratch)/set"))
                throw Interruption()
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch).isEmpty)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "this system has no /dev/full"))
    func `a full disk is reported with the path and the reason`() throws {
        #expect(throws: FileError.cannotWrite(path: "/dev/full", reason: "No space left on device")) {
            try AtomicFolder.write(Data(repeating: 1, count: 100_000), to: "/dev/full")
        }
        #expect(throws: FileError.self) {
            try AtomicFolder.write(Data(repeating: 1, count: 10), to: "/dev/full")
        }
    }

    @Test func `the counter increases by one`() {
        let counter = Counter()
        #expect((1 ... 3).map { _ in counter.next() } == [1, 2, 3])
    }
}
