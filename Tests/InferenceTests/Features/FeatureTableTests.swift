import Datasets
import Files
import Imaging
import LinearAlgebra
import NeuralNetwork
import TestSupport
import Testing

@testable import Inference

struct FeatureTableTests {
    private static let extractor = FeatureExtractor(
        preprocessing: Preprocessing(size: 32), network: MobileNetV2(SampleModels.network, inputSize: 32),
        cacheFolder: nil)

    private static func table(_ dataset: Dataset, skip: Bool) throws -> FeatureTable {
        try FeatureTable(
            of: dataset, by: extractor, skipUnreadable: skip, workers: Workers(count: 2), progress: { _, _ in },
            note: { _ in })
    }

    @Test func `samples, features and digests are in the same order, without unreadable files`() throws {
        let scratch = try Scratch()
        let folder = try SamplePictures.writeClasses(["N": 3, "V": 2], to: scratch, folder: "data")
        try scratch.write("data/N/1.png", "no picture")
        let table = try Self.table(Dataset(contentsOf: folder), skip: true)
        #expect(table.dataset.samples.map(\.path) == ["N/0.png", "N/2.png", "V/0.png", "V/1.png"])
        #expect(table.unreadable.map(\.path) == ["\(folder)/N/1.png"])
        for (row, sample) in table.dataset.samples.enumerated() {
            let page = try Page(contentsOf: table.dataset.path(of: sample))
            #expect(table.pixelDigests?[row] == page.pixelDigest)
        }
        let reversed = table.selecting(rows: [3, 0])
        #expect(reversed.dataset.samples.map(\.path) == ["V/1.png", "N/0.png"])
        #expect(reversed.features.row(0) == table.features.row(3) && reversed.digest == table.digest)
    }

    @Test func `missing files are still listed after feature extraction`() throws {
        let scratch = try Scratch()
        _ = try SamplePictures.write(3, to: scratch, folder: "data")
        try scratch.write("data/manifest.csv", "path,labels\n0.png,N\n1.png,V\nnone.png,N\n2.png,V\n")
        let table = try Self.table(Dataset(contentsOf: scratch("data"), skippingMissing: true), skip: true)
        #expect(table.dataset.missing == ["none.png"])
        #expect(table.dataset.warnings.contains { $0.description.contains("1 of 4 pictures") })
    }

    @Test func `the digest depends on content and labels, not on the path of the folder`() throws {
        let scratch = try Scratch()
        let digests = try ["a", "b"].map { folder in
            try Self.table(
                Dataset(contentsOf: SamplePictures.writeClasses(["N": 2, "V": 1], to: scratch, folder: folder)),
                skip: false
            ).digest
        }
        #expect(digests[0] == digests[1])
        try scratch.write("b/N/0.png", SamplePictures.png(30))
        #expect(try Self.table(Dataset(contentsOf: scratch("b")), skip: false).digest != digests[0])
    }

    @Test func `a dataset without readable pictures is rejected with the first reason`() throws {
        let scratch = try Scratch()
        try scratch.write("data/N/a.png", "no picture")
        try scratch.write("data/V/b.png", SamplePictures.blank())
        #expect { try Self.table(Dataset(contentsOf: scratch("data")), skip: true) } throws: { error in
            guard case FeatureError.nothingReadable(scratch("data"), let first) = error else { return false }
            return first.contains("N/a.png")
        }
    }
}
