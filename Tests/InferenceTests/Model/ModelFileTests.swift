import Classifiers
import Files
import Foundation
import HDF5
import Imaging
import LinearAlgebra
import NeuralNetwork
import TestSupport
import Testing

@testable import Inference

struct ModelFileTests {
    private static let members: [[Member.Parameters]] =
        [
            SampleModels.allMembers, [SampleModels.linearMachine], [SampleModels.allMembers[0]],
            [SampleModels.allMembers[1]],
            [SampleModels.allMembers[2]],
        ] + SampleModels.otherMembers

    @Test(arguments: members.indices)
    func `a model that was read gives bit-identical scores`(set: Int) throws {
        let scratch = try Scratch()
        let table = SampleTables.table(rows: 30)
        let model = try SampleModels.fit(table, members: Self.members[set])
        let written = try ModelFile.write(model, to: scratch("model.h5"))
        let back = try ModelFile.read(scratch("model.h5"))
        let workers = Workers(count: 2)
        let scores = try model.ensemble.scores(table.features, workers: workers)
        #expect(try back.ensemble.scores(table.features, workers: workers) == scores)
        #expect(back.digest != nil && back.digest == written.digest)
        #expect(back.name == model.name && back.labelSpace == model.labelSpace)
        #expect(back.preprocessing == model.preprocessing && back.extractor == model.extractor)
        #expect(back.policy == model.policy && back.provenance == model.provenance)
        #expect(back.trainingSupport == model.trainingSupport && back.trainingRows == 30)
        #expect(back.mostFrequentLabels == [0] && back.networkWeights == nil)
        #expect(back.ensemble.members.map(\.name) == Self.members[set].map(\.name))
    }

    @Test(arguments: [SampleModels.allMembers, [SampleModels.linearMachine]] + SampleModels.otherMembers)
    func `labels that were constant in training are stored`(members: [Member.Parameters]) throws {
        let scratch = try Scratch()
        for labels in [{ (_: Int) in [0] }, { row in row.isMultiple(of: 2) ? [0] : [0, 1] }] {
            let table = SampleTables.table(rows: 18, labels: labels)
            let model = try SampleModels.fit(table, members: members)
            try ModelFile.write(model, to: scratch("model.h5"))
            let back = try ModelFile.read(scratch("model.h5"))
            #expect(
                try back.ensemble.scores(table.features, workers: Workers(count: 1))
                    == model.ensemble.scores(table.features, workers: Workers(count: 1)))
        }
    }

    @Test func `bases, voters and clusters are read as they were fitted`() throws {
        let scratch = try Scratch()
        let model = try SampleModels.fit(members: SampleModels.otherMembers[0])
        try ModelFile.write(model, to: scratch("model.h5"))
        let back = try ModelFile.read(scratch("model.h5")).ensemble.members
        guard case .binaryRelevance(let bases) = back[0], case .binaryRelevance(let fitted) = model.ensemble.members[0],
            case .mlaram(let voters) = back[1], case .mlaram(let learnt) = model.ensemble.members[1],
            case .mltsvm(let planes) = back[2], case .mltsvm(let solved) = model.ensemble.members[2]
        else {
            Issue.record("unexpected members")
            return
        }
        #expect(bases == fitted && bases.base == .linearSVM)
        #expect(voters == learnt && voters.voters.count == 3 && voters.clustering == 0.4)
        #expect(planes == solved)
    }

    @Test func `the network is stored with all its values`() throws {
        let scratch = try Scratch()
        let model = try SampleModels.ofPictures()
        try ModelFile.write(model, to: scratch("model.h5"))
        #expect(try ModelFile.read(scratch("model.h5")).networkWeights == SampleModels.network)
    }

    @Test func `the same model gives the same bytes at any time and with any number of workers`() throws {
        let scratch = try Scratch()
        for (number, threads) in [1, 4].enumerated() {
            try ModelFile.write(
                SampleModels.fit(network: nil, workers: Workers(count: threads)), to: scratch("\(number).h5"))
        }
        #expect(try FileContent.bytes(of: scratch("0.h5")) == FileContent.bytes(of: scratch("1.h5")))
    }

    @Test func `overwriting a model keeps the old one until the new one is complete`() throws {
        let scratch = try Scratch()
        try scratch.write("model.h5", "something else")
        try ModelFile.write(SampleModels.fit(), to: scratch("model.h5"))
        #expect(try scratch.names() == ["model.h5"])
        #expect(throws: Never.self) { try ModelFile.read(scratch("model.h5")) }
    }

    @Test func `a model cannot be written into a missing folder`() throws {
        let scratch = try Scratch()
        let model = try SampleModels.fit()
        #expect { try ModelFile.write(model, to: scratch("none/model.h5")) } throws: { error in
            "\(error)".contains("none/model.h5")
        }
        #expect(try scratch.names() == [])
    }

    @Test func `the file starts with its kind and version as readable text`() throws {
        let scratch = try Scratch()
        let digest = try ModelFile.write(SampleModels.fit(), to: scratch("model.h5")).digest
        let start = String(decoding: try FileContent.bytes(of: scratch("model.h5")).prefix(200), as: UTF8.self)
        #expect(start.hasPrefix("HeartSense model\nversion 1\nsha256 \(try #require(digest))\n"))
    }
}
