import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct DatasetSelectionTests {
    private let folder: Scratch

    init() throws {
        folder = try Scratch()
        for name in ["a", "b", "c"] { try folder.write("set/\(name).png", "") }
        try folder.write(
            "set/manifest.csv",
            "path,labels,group,fold,symbol\na.png,N,r1,1,N\nb.png,V|S,r2,2,V\nc.png,N,,,e\n")
    }

    private var set: String { "\(folder.path)/set" }

    @Test func `a selection refers to the pictures of the whole set`() throws {
        let whole = try Dataset(contentsOf: set)
        try DatasetSelection.write(.withoutFold(1), of: whole, to: "\(folder.path)/deep/down/part")
        let part = try Dataset(contentsOf: "\(folder.path)/deep/down/part")
        // c has no fold and might belong to the excluded one.
        #expect(part.samples.map(\.path) == ["../../../set/b.png"])
        #expect(part.samples[0].labels == [1, 2] && part.samples[0].group == "r2" && part.samples[0].fold == 2)
        #expect(part.samples[0].columns == ["symbol": "V"])
        #expect(part.labelSpace == .aami)
        #expect(FileManager.default.fileExists(atPath: part.path(of: part.samples[0])))
        try DatasetSelection.write(.fold(1), of: whole, to: "\(folder.path)/one")
        #expect(try Dataset(contentsOf: "\(folder.path)/one").samples.map(\.path) == ["../set/a.png"])
        // A selection of a selection.
        try DatasetSelection.write(.fold(2), of: part, to: "\(folder.path)/again")
        #expect(try Dataset(contentsOf: "\(folder.path)/again").count == 1)
    }

    @Test func `a missing fold is rejected`() throws {
        let whole = try Dataset(contentsOf: set)
        let error = SelectionError.noSuchFold(dataset: set, wanted: 3, found: [1, 2])
        #expect(throws: error) { try DatasetSelection.write(.fold(3), of: whole, to: "\(folder.path)/part") }
        #expect("\(error)".contains("there is no fold 3. The manifest has the folds 1, 2."))
        #expect(throws: OutputFolderError.self) { try DatasetSelection.write(.fold(1), of: whole, to: set) }
    }
}
