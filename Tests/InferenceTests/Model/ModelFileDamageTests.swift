import Classifiers
import Files
import Foundation
import HDF5
import LinearAlgebra
import NeuralNetwork
import TestSupport
import Testing

@testable import Inference

/// Tests that damaged model files are rejected with a message and never crash the process.
struct ModelFileDamageTests {
    private let scratch: Scratch
    private let sound: Data

    init() throws {
        scratch = try Scratch()
        try ModelFile.write(SampleModels.fit(SampleTables.table(rows: 12)), to: scratch("model.h5"))
        sound = try FileContent.bytes(of: scratch("model.h5"))
    }

    /// Reads bytes as a model and expects an error message about the file.
    private func refusal(of bytes: Data, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let path = try scratch.write("broken.h5", bytes)
        let error = try #require(throws: (any Error).self, sourceLocation: sourceLocation) { try ModelFile.read(path) }
        #expect(error is HDF5Error || error is FileError, "\(error)", sourceLocation: sourceLocation)
        #expect("\(error)".hasPrefix(path), "\(error)", sourceLocation: sourceLocation)
        return "\(error)"
    }

    @Test func `a file truncated anywhere is rejected`() throws {
        for part in 0 ..< 50 { _ = try refusal(of: sound.prefix(sound.count * part / 50)) }
        _ = try refusal(of: sound.dropLast())
        _ = try refusal(of: sound + Data([0]))
    }

    @Test func `three hundred flipped bits are detected, one at a time`() throws {
        var random = SeededGenerator(seed: 2)
        for round in 0 ..< 300 {
            var bytes = sound
            // The header and the beginning of the content are small, so they are sampled separately.
            let end = [700, 4096, bytes.count][round % 3]
            bytes[random.integer(below: min(end, bytes.count))] ^= UInt8(1 << random.integer(below: 8))
            _ = try refusal(of: bytes)
        }
    }

    @Test
    func
        `a later version asks to upgrade heartsense, an earlier one to train again`()
        throws
    {
        for (version, hint) in [(2, "Upgrade heartsense"), (99, "Upgrade heartsense")] {
            let other = ChecksumHeader(kind: "HeartSense model", version: version)
            try HDF5File.create(scratch("other.h5"), header: other) { try $0.attributes.set("name", to: "x") }
            #expect { try ModelFile.read(scratch("other.h5")) } throws: { error in
                "\(error)".contains("version \(version)") && "\(error)".contains(hint)
            }
        }
    }

    @Test func `a file of another kind is rejected with the kind that was found`() throws {
        try HDF5File.create(scratch("weights.h5")) { try $0.write([Float(1)], to: "kernel") }
        try FeatureFile.write(SampleTables.table(rows: 3), extractor: "x", to: scratch("features.h5"))
        let cases: [(String, String)] = [
            (scratch("weights.h5"), "HDF5"), (scratch("features.h5"), "HeartSense features"),
            (try scratch.write("a.png", SamplePictures.png(1)), "PNG"),
            (try scratch.write("empty.h5", Data()), "empty"),
            (scratch("none.h5"), "no such file"), (scratch.path, "folder"),
        ]
        for (path, words) in cases {
            #expect { try ModelFile.read(path) } throws: { "\($0)".contains(path) && "\($0)".contains(words) }
        }
    }
}
