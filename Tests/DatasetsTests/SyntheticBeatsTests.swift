import Foundation
import Imaging
import LinearAlgebra
import Synchronization
import Testing

@testable import Datasets

struct SyntheticBeatsTests {
    /// A folder of this test's own, removed afterwards.
    private func withScratch(_ body: (String) throws -> Void) throws {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("synthetic-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        try body(scratch.path)
    }

    /// Every file below `folder` with its content.
    private func content(of folder: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try #require(FileManager.default.subpaths(atPath: folder)) where name.contains(".") {
            files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        return files
    }

    @Test func `a set holds its pictures, its manifest and its labels`() throws {
        try withScratch { scratch in
            let reports = Mutex<[Int]>([])
            try SyntheticBeats.write(to: "\(scratch)/new/set", perClass: 2, seed: 1) { done, total in
                #expect(total == 12)
                reports.withLock { $0.append(done) }
            }
            #expect(reports.withLock { $0.sorted() } == Array(1 ... 12))
            let files = try content(of: "\(scratch)/new/set")
            #expect(files.count == 14)
            let manifest = String(decoding: try #require(files["manifest.csv"]), as: UTF8.self)
            let rows = manifest.split(separator: "\n")
            #expect(rows[0] == "path,labels,group,split")
            #expect(rows[1] == "N/N00001.png,N,N-1,train")
            #expect(rows.count == 13)
            for row in rows.dropFirst() {
                let path = String(row.prefix { $0 != "," })
                let page = try Page(decoding: try #require(files[path]), name: path)
                #expect(page.width >= 200 && page.height >= 130)
            }
        }
    }

    @Test func `the same seed gives the same bytes, with one thread and with four`() throws {
        try withScratch { scratch in
            try SyntheticBeats.write(to: "\(scratch)/one", perClass: 2, seed: 7, workers: Workers(count: 1))
            try SyntheticBeats.write(to: "\(scratch)/four", perClass: 2, seed: 7, workers: Workers(count: 4))
            let one = try content(of: "\(scratch)/one")
            #expect(one == (try content(of: "\(scratch)/four")))
            try SyntheticBeats.write(to: "\(scratch)/other", perClass: 2, seed: 8)
            let other = try content(of: "\(scratch)/other")
            for (path, bytes) in one where path.hasSuffix(".png") { #expect(other[path] != bytes) }
        }
    }

    @Test func `a folder that holds something is left alone and refused in a sentence`() throws {
        try withScratch { scratch in
            try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(scratch)/notes.txt"))
            let error = #expect(throws: SyntheticBeatsError.self) {
                try SyntheticBeats.write(to: scratch, perClass: 1, seed: 1)
            }
            #expect(error == .notEmpty(path: scratch, entries: 1))
            #expect(error?.description.contains("already holds 1 entry") == true)
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch) == ["notes.txt"])
            #expect(throws: SyntheticBeatsError.notAFolder(path: "\(scratch)/notes.txt")) {
                try SyntheticBeats.write(to: "\(scratch)/notes.txt", perClass: 1, seed: 1)
            }
        }
    }

    @Test func `an empty folder is filled`() throws {
        try withScratch { scratch in
            try SyntheticBeats.write(to: scratch, perClass: 1, seed: 1)
            #expect(try content(of: scratch).count == 8)
        }
    }
}
