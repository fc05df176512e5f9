import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct ClassFoldersTests {
    private let folder: Scratch
    private static let png = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])

    init() throws { folder = try Scratch() }

    @Test func `class folders give the labels, in natural order`() throws {
        for name in ["V/V10.png", "V/V9.PNG", "N/2.jpeg", "N/10.jpg"] { try folder.write(name, "x") }
        let dataset = try Dataset(contentsOf: folder.path)
        #expect(dataset.samples.map(\.path) == ["N/2.jpeg", "N/10.jpg", "V/V9.PNG", "V/V10.png"])
        #expect(dataset.samples.map(\.labels) == [[0], [0], [2], [2]])
        #expect(dataset.warnings.isEmpty)
    }

    @Test func `pictures are detected by their bytes or extension, and other files are counted`() throws {
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
            dataset.warnings == [.ignoredFiles(["README.md", "N/notes.txt", "N/short"], root: folder.path)])
    }

    @Test func `a folder that is not a class is rejected`() throws {
        try folder.write("N/a.png", "x")
        try folder.write("v/b.png", "x")
        #expect(
            throws: DatasetError.unknownClass(
                path: "\(folder.path)/v", code: "v", nearest: "V", known: LabelSpace.aami.codes, holdsClasses: false)
        ) { try Dataset(contentsOf: folder.path) }
    }

    @Test func `the parent folder of a data set is detected`() throws {
        try folder.write("dev-train/N/a.png", "x")
        do {
            _ = try Dataset(contentsOf: folder.path)
            Issue.record("the parent folder was accepted")
        } catch let error as DatasetError {
            #expect("\(error)".contains("/dev-train: this folder is a data set"))
        }
    }

    @Test func `folders of operating systems next to classes and in them are ignored`() throws {
        for name in ["__MACOSX", "@eaDir", "System Volume Information", "lost+found", ".ipynb_checkpoints"] {
            for place in ["", "N/"] { try folder.write("\(place)\(name)/a.png", Self.png) }
        }
        try folder.write("N/a.png", Self.png)
        try folder.write("V/b.png", Self.png)
        let dataset = try Dataset(contentsOf: folder.path)
        #expect(dataset.samples.map(\.path) == ["N/a.png", "V/b.png"])
    }

    @Test func `a name that is not UTF-8 is refused with the reason, or skipped on request`() throws {
        try folder.write("N/a.png", Self.png)
        try folder.write(latin1: "N/caf", 0xE9, ".png", Self.png)
        let path = "\(folder.path)/N/caf\u{FFFD}.png"
        let error = #expect(throws: DatasetError.nameNotUTF8(path: path)) { try Dataset(contentsOf: folder.path) }
        #expect(error?.description.contains("the name of the file is not UTF-8 text. Rename it") == true)
        let dataset = try Dataset(contentsOf: folder.path, skippingMissing: true)
        #expect(dataset.samples.map(\.path) == ["N/a.png"])
        #expect(dataset.missing == ["N/caf\u{FFFD}.png"])
        let unknown = #expect(throws: DatasetError.self) { try Dataset(contentsOf: "caf\u{FFFD}") }
        #expect(unknown?.description.contains("not UTF-8") == true)
    }

    @Test func `a pipe is not a picture of a class`() throws {
        try folder.write("N/a.png", Self.png)
        try folder.makePipe("N/b.png")
        try folder.makePipe("N/c")
        let dataset = try Dataset(contentsOf: folder.path)
        #expect(dataset.samples.map(\.path) == ["N/a.png"])
        #expect(dataset.warnings.contains(.ignoredFiles(["N/b.png", "N/c"], root: folder.path)))
    }

    @Test func `empty and nested class folders are rejected`() throws {
        try folder.write("N/notes.txt", "x")
        #expect(throws: DatasetError.emptyClass(path: "\(folder.path)/N")) { try Dataset(contentsOf: folder.path) }
        try folder.write("N/patient/a.png", "x")
        #expect(throws: DatasetError.nestedFolder(path: "\(folder.path)/N/patient")) {
            try Dataset(contentsOf: folder.path)
        }
    }

    @Test func `paths that are not a data set are rejected`() throws {
        let file = try folder.write("a.png", "x")
        #expect(throws: DatasetError.neitherManifestNorClasses(path: folder.path)) {
            try Dataset(contentsOf: folder.path)
        }
        #expect(throws: DatasetError.notFolder(path: file)) { try Dataset(contentsOf: file) }
        #expect(throws: DatasetError.noFolder(path: file + "x")) { try Dataset(contentsOf: file + "x") }
    }
}
