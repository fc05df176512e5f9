import Datasets
import Files
import Foundation
import HDF5
import Imaging
import LinearAlgebra
import NeuralNetwork
import TestSupport
import Testing

@testable import Inference

struct FeatureFileTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static func table() -> FeatureTable {
        SampleTables.table(
            rows: 7, labels: { $0 == 3 ? [0, 2] : [$0 % 3] }, groups: { $0 < 5 ? "patient \($0 / 2)" : nil },
            parts: { [Part.train, .validation, .test, nil][$0 % 4] }, fold: { $0 == 6 ? nil : $0 - 1 },
            pixels: { "pixels \($0)" })
    }

    @Test func `a table is read as it was written`() throws {
        let table = Self.table()
        try FeatureFile.write(table, extractor: "neutral 224, network x", to: scratch("f.h5"))
        let back = try FeatureFile.read(scratch("f.h5"))
        #expect(back.table.features == table.features)
        #expect(back.table.dataset.samples == table.dataset.samples)
        #expect(back.table.dataset.labelSpace == table.dataset.labelSpace)
        #expect(back.table.pixelDigests == table.pixelDigests)
        #expect(back.extractor == "neutral 224, network x")
        #expect(back.table.digest == (try Digest(ofFile: scratch("f.h5"))))
    }

    @Test func `the same table gives the same bytes`() throws {
        for name in ["a.h5", "b.h5"] { try FeatureFile.write(Self.table(), extractor: "x", to: scratch(name)) }
        #expect(try FileContent.bytes(of: scratch("a.h5")) == FileContent.bytes(of: scratch("b.h5")))
    }

    @Test func `features of pictures equal those of training`() throws {
        let folder = try SamplePictures.writeClasses(["N": 2, "V": 2], to: scratch, folder: "data")
        try scratch.write("data/V/1.png", "no picture")
        let weights = NetworkWeights(weights: SampleModels.network, description: "narrow")
        let made = try FeatureFile.make(
            dataset: folder, weights: weights, preprocessing: Preprocessing(size: 32), output: scratch("f.h5"),
            skipUnreadable: true, cacheFolder: nil, workers: Workers(count: 1))
        let text = try #require(made)
        #expect(text.contains("3 × 1280") && text.contains("Skipped \(folder)/V/1.png"))
        let content = try FeatureFile.read(scratch("f.h5"))
        let extractor = FeatureExtractor(
            preprocessing: Preprocessing(size: 32), network: MobileNetV2(SampleModels.network, inputSize: 32),
            cacheFolder: nil)
        let direct = try FeatureTable(
            of: Dataset(contentsOf: folder), by: extractor, skipUnreadable: true, workers: Workers(count: 1),
            progress: { _, _ in }, note: { _ in })
        #expect(content.table.features == direct.features && content.extractor == extractor.label)
    }

    @Test func `a truncated file or one with a flipped bit is rejected with its name`() throws {
        try FeatureFile.write(Self.table(), extractor: "x", to: scratch("f.h5"))
        let sound = try FileContent.bytes(of: scratch("f.h5"))
        var random = SeededGenerator(seed: 3)
        var broken = (0 ..< 50).map { sound.prefix(sound.count * $0 / 50) }
        for _ in 0 ..< 200 {
            var bytes = sound
            bytes[random.integer(below: bytes.count)] ^= UInt8(1 << random.integer(below: 8))
            broken.append(bytes)
        }
        for bytes in broken {
            let path = try scratch.write("broken.h5", Data(bytes))
            let error = try #require(throws: (any Error).self) { try FeatureFile.read(path) }
            #expect((error is HDF5Error || error is FileError) && "\(error)".hasPrefix(path), "\(error)")
        }
    }

    @Test func `a later version, another kind of file and one without rows are rejected`() throws {
        try HDF5File.create(scratch("later.h5"), header: ChecksumHeader(kind: "HeartSense features", version: 2)) { _ in
        }
        #expect { try FeatureFile.read(scratch("later.h5")) } throws: { "\($0)".contains("Upgrade heartsense") }
        try ModelFile.write(SampleModels.fit(), to: scratch("model.h5"))
        #expect { try FeatureFile.read(scratch("model.h5")) } throws: { "\($0)".contains("HeartSense model") }
        try HDF5File.create(scratch("keras.h5")) { _ in }
        #expect { try FeatureFile.read(scratch("keras.h5")) } throws: { "\($0)".contains("keras.h5") }
    }

    @Test func `invalid values are rejected even with a valid checksum`() throws {
        try FeatureFile.write(Self.table(), extractor: "x", to: scratch("sound.h5"))
        let nan = Array(repeating: Float(1), count: 34) + [Float.nan]
        let edits: [([String: EditedFile.Value], FeatureError?)] = [
            (["/features": .floats(nan, [7, 5])], .notFinite(file: scratch("edited.h5"), row: 6)),
            (["/features": .floats([], [0, 5])], .noSamples(file: scratch("edited.h5"))),
            (
                ["/features": .floats(Array(repeating: 1, count: 30), [6, 5])],
                .rowCounts(file: scratch("edited.h5"), dataset: "paths", expected: 6, found: 7)
            ),
            (["/features": .floats(Array(repeating: 1, count: 7), [7])], nil),
            (
                ["/labels": .texts(["A", "B", "Z", "A", "B", "C", "A"])],
                .unknownLabel(file: scratch("edited.h5"), row: 2, code: "Z", known: ["A", "B", "C"])
            ),
            (
                ["/parts": .texts(["train", "exam", "", "", "", "", ""])],
                .badValue(
                    file: scratch("edited.h5"), dataset: "parts", row: 1, found: "exam",
                    expected: "train, validation or test")
            ),
            (
                ["/folds": .texts(["", "", "", "", "", "", "1.5"])],
                .badValue(
                    file: scratch("edited.h5"), dataset: "folds", row: 6, found: "1.5", expected: "an integer")
            ),
            (
                ["/pixels": .texts(Array(repeating: "abc", count: 7))],
                .badValue(file: scratch("edited.h5"), dataset: "pixels", row: 0, found: "abc", expected: "a SHA-256")
            ),
            (["/groups": .removed], nil), (["/ label_space": .text("labels: [")], nil),
            (["/ extractor": .removed], nil),
            (["/labels": .floats([1, 2, 3, 4, 5, 6, 7], [7])], nil),
        ]
        for (edit, expected) in edits {
            try EditedFile.write(
                edit, of: scratch("sound.h5"), to: scratch("edited.h5"), header: FeatureFile.header,
                attributes: ["name", "label_space", "extractor", "dataset_sha256"])
            let error = try #require(throws: (any Error).self, "\(edit.keys)") {
                try FeatureFile.read(scratch("edited.h5"))
            }
            #expect("\(error)".contains("edited.h5"))
            if let expected { #expect(error as? FeatureError == expected) }
        }
    }

    @Test func `a given label space replaces that of the file, if it has the codes`() throws {
        try FeatureFile.write(SampleTables.table(rows: 6), extractor: "x", to: scratch("f.h5"))
        let wider = try FeatureFile.read(scratch("f.h5"), labelSpace: SampleTables.space(5, name: "wider"))
        #expect(wider.table.dataset.truth.columns == 5)
        #expect(throws: FeatureError.self) {
            try FeatureFile.read(scratch("f.h5"), labelSpace: SampleTables.space(2, name: "narrower"))
        }
    }

    @Test(arguments: [("a.h5", true), ("a.HDF5", true), ("a", false), ("h5", false), ("a.h5/b", false)])
    func `a feature file is recognized by its extension`(path: String, isOne: Bool) {
        #expect(FeatureFile.isOne(path) == isOne)
    }
}
