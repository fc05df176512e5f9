import Foundation
import Testing

@testable import Datasets

struct SyntheticFolderTests {
    private struct Interruption: Error {}

    @Test func `a folder that could not be finished leaves nothing behind`() throws {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("folder-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        #expect(throws: Interruption.self) {
            try FolderUnderConstruction.build("\(scratch)/set") { construction in
                try Data("half".utf8).write(to: URL(fileURLWithPath: "\(construction)/half.png"))
                #expect(!FileManager.default.fileExists(atPath: "\(scratch)/set"))
                throw Interruption()
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch).isEmpty)
    }

    @Test func `counting goes up by one`() {
        let counter = Counter()
        #expect((1 ... 3).map { _ in counter.next() } == [1, 2, 3])
    }
}
