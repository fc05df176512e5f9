import Files
import Foundation
import Imaging
import LinearAlgebra
import Synchronization
import TestSupport
import Testing

@testable import Datasets

struct SyntheticBeatsTests {
    /// Returns every file below `folder` with its content.
    private func content(of folder: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try #require(FileManager.default.subpaths(atPath: folder)) where name.contains(".") {
            files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        return files
    }

    @Test func `a set contains its pictures, its manifest and its labels`() throws {
        let folder = try Scratch()
        let scratch = folder.path
        let reports = Mutex<[Int]>([])
        try SyntheticBeats.write(to: "\(scratch)/new/set", perClass: 2, seed: 1) { done, total in
            #expect(total == 12)
            reports.withLock { $0.append(done) }
        }
        #expect(reports.withLock { $0.sorted() } == Array(1 ... 12))
        let files = try content(of: "\(scratch)/new/set")
        #expect(files.count == 14)
        #expect(String(decoding: try #require(files["labels.yaml"]), as: UTF8.self).hasPrefix("# "))

        let dataset = try Dataset(contentsOf: "\(scratch)/new/set")
        #expect(dataset.labelSpace == .synthetic)
        #expect(dataset.warnings.isEmpty)
        #expect(dataset.count == 12)
        #expect(dataset.samples[0] == Sample(path: "N/N00001.png", labels: [0], group: "N-1", part: .train))
        for sample in dataset.samples {
            let page = try Page(contentsOf: dataset.path(of: sample))
            #expect(page.width >= 200 && page.height >= 130)
        }
    }

    @Test func `the same seed gives the same bytes, with one thread and with four`() throws {
        let folder = try Scratch()
        let scratch = folder.path
        try SyntheticBeats.write(to: "\(scratch)/one", perClass: 2, seed: 7, workers: Workers(count: 1))
        try SyntheticBeats.write(to: "\(scratch)/four", perClass: 2, seed: 7, workers: Workers(count: 4))
        let one = try content(of: "\(scratch)/one")
        #expect(one == (try content(of: "\(scratch)/four")))
        try SyntheticBeats.write(to: "\(scratch)/other", perClass: 2, seed: 8)
        let other = try content(of: "\(scratch)/other")
        for (path, bytes) in one where path.hasSuffix(".png") { #expect(other[path] != bytes) }
    }

    @Test func `a folder that is not empty is rejected and stays unchanged`() throws {
        let folder = try Scratch()
        let scratch = folder.path
        try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(scratch)/notes.txt"))
        let error = #expect(throws: OutputFolderError.self) {
            try SyntheticBeats.write(to: scratch, perClass: 1, seed: 1)
        }
        #expect(error == .notEmpty(path: scratch, entries: 1))
        #expect(error?.description.contains("already holds 1 entry") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch) == ["notes.txt"])
        #expect(throws: OutputFolderError.notAFolder(path: "\(scratch)/notes.txt")) {
            try SyntheticBeats.write(to: "\(scratch)/notes.txt", perClass: 1, seed: 1)
        }
    }

    @Test func `a larger set contains the smaller one's pictures`() throws {
        let folder = try Scratch()
        try SyntheticBeats.write(to: "\(folder.path)/small", perClass: 1, seed: 3)
        try SyntheticBeats.write(to: "\(folder.path)/large", perClass: 3, seed: 3)
        let large = try content(of: "\(folder.path)/large")
        for (path, bytes) in try content(of: "\(folder.path)/small") where path.hasSuffix(".png") {
            #expect(large[path] == bytes)
        }
    }

    @Test func `a path where no folder can be created is reported and stays unchanged`() throws {
        let folder = try Scratch()
        let file = try folder.write("notes.txt", "mine")
        #expect(throws: FileError.self) {
            try SyntheticBeats.write(to: "\(file)/set", perClass: 1, seed: 1)
        }
        #expect(try content(of: folder.path) == ["notes.txt": Data("mine".utf8)])
    }

    @Test func `an empty folder is filled`() throws {
        let folder = try Scratch()
        let scratch = folder.path
        try SyntheticBeats.write(to: scratch, perClass: 1, seed: 1)
        #expect(try content(of: scratch).count == 8)
    }
}
