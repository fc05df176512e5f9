import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct ClassFoldersTests {
    private let folder: Scratch
    private static let png = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])

    init() throws { folder = try Scratch() }

    @Test func `folders give the labels, in natural order`() throws {
        for name in ["V/V10.png", "V/V9.PNG", "N/2.jpeg", "N/10.jpg"] { try folder.write(name, "x") }
        let dataset = try Dataset(contentsOf: folder.path)
        #expect(dataset.samples.map(\.path) == ["N/2.jpeg", "N/10.jpg", "V/V9.PNG", "V/V10.png"])
        #expect(dataset.samples.map(\.labels) == [[0], [0], [2], [2]])
        #expect(dataset.warnings.isEmpty)
    }

    @Test func `pictures are told by their bytes or their extension, other files counted`() throws {
        try folder.write("N/no-extension", Self.png)
        try folder.write("N/photo", Data([0xFF, 0xD8, 0xFF, 0xE0]))
        try folder.write("N/damaged.png", Data())
        try folder.write("N/notes.txt", "no picture")
        try folder.write("N/.hidden.png", Self.png)
        try folder.write("N/short", Data([0x89]))
        try folder.write("README.md", "about")
        try folder.write("labels.yaml", LabelSpace.aami.yaml)
        let dataset = try Dataset(contentsOf: folder.path)
        #expect(dataset.samples.map(\.path) == ["N/damaged.png", "N/no-extension", "N/photo"])
        #expect(
            dataset.warnings == [
                "3 files that are not a picture of a class ignored in \(folder.path): README.md, N/notes.txt, N/short"
            ])
    }

    @Test func `a folder that is no class is refused`() throws {
        try folder.write("N/a.png", "x")
        try folder.write("v/b.png", "x")
        #expect(
            throws: DatasetError.unknownClass(
                path: "\(folder.path)/v", code: "v", nearest: "V", known: LabelSpace.aami.codes, holdsClasses: false)
        ) { try Dataset(contentsOf: folder.path) }
    }

    @Test func `the folder above the data set is told apart`() throws {
        try folder.write("dev-train/N/a.png", "x")
        do {
            _ = try Dataset(contentsOf: folder.path)
            Issue.record("was read")
        } catch let error as DatasetError {
            #expect("\(error)".contains("/dev-train: this folder holds a data set of its own"))
        }
    }

    @Test func `empty and nested class folders are refused`() throws {
        try folder.write("N/notes.txt", "x")
        #expect(throws: DatasetError.emptyClass(path: "\(folder.path)/N")) { try Dataset(contentsOf: folder.path) }
        try folder.write("N/patient/a.png", "x")
        #expect(throws: DatasetError.nestedFolder(path: "\(folder.path)/N/patient")) {
            try Dataset(contentsOf: folder.path)
        }
    }

    @Test func `what is no data set is refused`() throws {
        let file = try folder.write("a.png", "x")
        #expect(throws: DatasetError.neitherManifestNorClasses(path: folder.path)) {
            try Dataset(contentsOf: folder.path)
        }
        #expect(throws: DatasetError.notFolder(path: file)) { try Dataset(contentsOf: file) }
        #expect(throws: DatasetError.noFolder(path: file + "x")) { try Dataset(contentsOf: file + "x") }
    }
}
