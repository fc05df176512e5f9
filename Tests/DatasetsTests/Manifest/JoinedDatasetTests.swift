import TestSupport
import Testing

@testable import Datasets

@Suite struct JoinedDatasetTests {
    private let folder: Scratch

    init() throws {
        folder = try Scratch()
        for name in ["records/r1.hea", "pages/r1.png", "pages/r2.png"] { try folder.write(name, "") }
        try folder.write("records/manifest.csv", "path,labels,group,fold\nr1.hea,N,p1,2\n")
        try folder.write("pages/manifest.csv", "path,labels,group\nr1.png,N|V,p1\nr2.png,S,p2\n")
    }

    private var both: String { "\(folder.path)/records:\(folder.path)/pages" }

    @Test func `folders separated by colons are one data set`() throws {
        let dataset = try Dataset(contentsOf: both)
        #expect(dataset.root == folder.path)
        #expect(dataset.samples.map(\.path) == ["records/r1.hea", "pages/r1.png", "pages/r2.png"])
        #expect(dataset.samples.map(\.labels) == [[0], [0, 2], [1]])
        #expect(dataset.samples.map(\.group) == ["p1", "p1", "p2"])
        #expect(dataset.samples.map(\.fold) == [2, nil, nil])
    }

    @Test func `folders with different labels are an error`() throws {
        var space = LabelSpace.aami.yaml
        space = space.replacing("Fusion beat", with: "Fused beat")
        try folder.write("pages/labels.yaml", space)
        #expect(
            throws: DatasetError.otherLabels(
                path: "\(folder.path)/pages", found: "aami 1", expected: "aami 1", in: "\(folder.path)/records")
        ) { try Dataset(contentsOf: both) }
        #expect(try Dataset(contentsOf: both, labelSpace: .aami).count == 3)
    }

    @Test func `a missing folder is named`() {
        #expect(throws: DatasetError.noFolder(path: "\(folder.path)/none")) {
            try Dataset(contentsOf: "\(folder.path)/records:\(folder.path)/none")
        }
    }

    @Test(arguments: [
        (["a/b/x", "a/c/y"], "a", "a/c/y", "c/y"), (["a/x", "b/y"], "", "b/y", "b/y"),
        (["/a/x", "/b/y"], "/", "/b/y", "b/y"), (["/a/x", "b/y"], "", "/a/x", "/a/x"),
    ])
    func `paths are relative to the folder that they have in common`(
        paths: [String], common: String, path: String, relative: String
    ) {
        #expect(Dataset.commonFolder(of: paths) == common)
        #expect(Dataset.path(path, below: common) == relative)
    }
}
