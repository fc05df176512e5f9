import Classifiers
import Datasets
import Files
import Foundation
import HDF5
import LinearAlgebra
import NeuralNetwork
import TestSupport
import Testing

@testable import Inference

/// Tests model files with a valid checksum and invalid content, from a faulty or malicious program.
struct ModelFileValuesTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Reads a copy of `sound.h5` with `edits`.
    private func read(_ edits: [String: EditedFile.Value]) throws -> TrainedModel {
        try EditedFile.write(
            edits, of: scratch("sound.h5"), to: scratch("edited.h5"), header: ModelFile.header,
            attributes: EditedFile.modelAttributes)
        return try ModelFile.read(scratch("edited.h5"))
    }

    private func expectRefusal(
        _ edits: [String: EditedFile.Value], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let error = try #require(
            throws: (any Error).self, "\(edits.keys.sorted())", sourceLocation: sourceLocation
        ) { try read(edits) }
        #expect("\(error)".contains("edited.h5"), "\(error)", sourceLocation: sourceLocation)
        #expect(
            error is HDF5Error || error is ModelFileError || error is WeightsError || error is LabelSpaceError,
            "\(type(of: error)): \(error)", sourceLocation: sourceLocation)
    }

    @Test func `a copy without edits is valid`() throws {
        let model = try ModelFile.write(SampleModels.fit(), to: scratch("sound.h5"))
        let back = try read([:])
        let features = SampleTables.table(rows: 30).features
        #expect(
            try back.ensemble.scores(features, workers: Workers(count: 1))
                == model.ensemble.scores(features, workers: Workers(count: 1)))
        try ModelFile.write(SampleModels.ofPictures(), to: scratch("sound.h5"))
        _ = try read([:])
    }

    @Test func `a file of an older version has logistic bases and one voter`() throws {
        let model = try ModelFile.write(SampleModels.fit(), to: scratch("sound.h5"))
        let back = try read([
            "/ensemble/binary-relevance base": .removed, "/ensemble/binary-relevance kernel": .removed,
            "/ensemble/mlaram/voters": .removed,
        ])
        let features = SampleTables.table(rows: 30).features
        #expect(
            try back.ensemble.scores(features, workers: Workers(count: 1))
                == model.ensemble.scores(features, workers: Workers(count: 1)))
    }

    @Test func `an invalid share of clusters is rejected`() throws {
        try ModelFile.write(SampleModels.fit(members: SampleModels.otherMembers[0]), to: scratch("sound.h5"))
        for share in [0, -1, 1.5, .nan] { try expectRefusal(["/ensemble/mlaram clustering": .number(share)]) }
    }

    @Test func `invalid numbers are rejected`() throws {
        let model = try ModelFile.write(SampleModels.fit(), to: scratch("sound.h5"))
        let (d, labels) = (5, 3)
        guard case .mlaram(let mlaram) = model.ensemble.members[1],
            case .multiLabelSVM(let svm) = model.ensemble.members[2], case .radial(let radial) = svm.decisionFunction
        else {
            Issue.record("unexpected members")
            return
        }
        let prototypes = mlaram.prototypeCount
        let vectors = radial.supportVectors.rows
        func doubles(_ count: Int, _ bad: Double) -> [Double] { Array(repeating: 1, count: count - 1) + [bad] }
        func floats(_ count: Int, _ bad: Float) -> [Float] { Array(repeating: 0.5, count: count - 1) + [bad] }
        let edits: [[String: EditedFile.Value]] = [
            ["/ensemble/scale": .doubles(doubles(d, .nan), [d])], ["/ensemble/scale": .doubles(doubles(d, 0), [d])],
            ["/ensemble/scale": .doubles(doubles(d, -1), [d])],
            ["/ensemble/scale": .doubles(doubles(d, .infinity), [d])],
            ["/ensemble/scale": .doubles(doubles(d + 1, 1), [d + 1])],
            ["/ensemble/mean": .doubles(doubles(d, .nan), [d])],
            ["/ensemble/mean": .doubles([], [0]), "/ensemble/scale": .doubles([], [0])],
            ["/ensemble/mean": .doubles(doubles(4, 1), [4]), "/ensemble/scale": .doubles(doubles(4, 1), [4])],
            ["/training/support": .integers([1, 2], [2])], ["/training/support": .integers([1, 2, -1], [3])],
            ["/training/support": .integers([1, 2, 31], [3])], ["/training rows": .whole(0)],
            ["/training rows": .whole(-5)], ["/training/most_frequent_labels": .integers([3], [1])],
            ["/training/most_frequent_labels": .integers([-1], [1])],
            ["/ensemble/binary-relevance/weights": .doubles(doubles(labels * d, .nan), [labels, d])],
            ["/ensemble/binary-relevance/weights": .doubles(doubles(labels * d, 1), [d, labels])],
            ["/ensemble/binary-relevance/weights": .doubles(doubles(labels * d, 1), [labels * d])],
            ["/ensemble/binary-relevance/intercepts": .doubles(doubles(labels, .infinity), [labels])],
            ["/ensemble/binary-relevance/constant": .integers([3], [1])],
            ["/ensemble/binary-relevance/unconverged": .integers([-1], [1])],
            ["/ensemble/mlaram/lower": .floats(floats(prototypes * d, .nan), [prototypes, d])],
            [
                "/ensemble/mlaram/lower": .floats(floats(prototypes * d, 0.6), [prototypes, d]),
                "/ensemble/mlaram/upper": .floats(floats(prototypes * d, 0.4), [prototypes, d]),
            ],
            ["/ensemble/mlaram/upper": .floats(floats(prototypes * d, 1e30), [prototypes, d])],
            ["/ensemble/mlaram/lower": .floats([], [0, d])],
            ["/ensemble/mlaram/minimum": .floats(floats(d, -.infinity), [d])],
            ["/ensemble/mlaram/labels": .bytes(Array(repeating: 2, count: prototypes * labels), [prototypes, labels])],
            ["/ensemble/mlaram/row_counts": .integers(Array(repeating: 0, count: prototypes), [prototypes])],
            ["/ensemble/mlaram threshold": .number(.nan)], ["/ensemble/mlaram threshold": .number(-1)],
            ["/ensemble/mlaram scaling": .text("sideways")],
            ["/ensemble/mlaram/voters": .integers([], [0])],
            ["/ensemble/mlaram/voters": .integers([prototypes + 1], [1])],
            ["/ensemble/mlaram/voters": .integers([prototypes, prototypes], [2])],
            ["/ensemble/mlaram/voters": .integers([0, prototypes], [2])],
            ["/ensemble/mlaram/voters": .integers([.max, .max, 2 + prototypes], [3])],
            ["/ensemble/binary-relevance base": .text("tree")],
            ["/ensemble/binary-relevance base": .text("rbf-svm")],
            ["/ensemble/binary-relevance kernel": .text("rbf")],
            ["/ensemble/ml-svm gamma": .number(0)], ["/ensemble/ml-svm gamma": .number(.nan)],
            ["/ensemble/ml-svm kernel": .text("poly")],
            ["/ensemble/ml-svm/support_vectors": .floats(floats(vectors * d, .nan), [vectors, d])],
            ["/ensemble/ml-svm/coefficients": .doubles(doubles(vectors * labels, .nan), [vectors, labels])],
            ["/ensemble/ml-svm/intercepts": .doubles([1], [1])], ["/ensemble/ml-svm/support_vectors": .removed],
            ["/ensemble/ml-svm": .removed], ["/training": .removed], ["/ensemble/scale": .removed],
        ]
        for edit in edits { try expectRefusal(edit) }
    }

    @Test func `invalid texts are rejected`() throws {
        let model = try ModelFile.write(SampleModels.fit(), to: scratch("sound.h5"))
        let encoder = JSONEncoder()
        let tuning = String(decoding: try encoder.encode(model.ensemble.calibration), as: UTF8.self)
        let bounds = "[{\"no\":1,\"yes\":1,\"negatives\":9,\"positives\":9}]"
        let policy = "{\"minimumConfidence\":0.5,\"conformal\":{\"alpha\":0.1,\"bounds\":\(bounds)}}"
        let edits: [[String: EditedFile.Value]] = [
            ["/ensemble tuning": .text("")], ["/ensemble tuning": .text("{}")], ["/ensemble tuning": .text("[1]")],
            ["/ensemble tuning": .text(tuning.replacing("\"weights\":[", with: "\"weights\":[-"))],
            ["/ensemble tuning": .text(tuning.replacing("\"weights\":[", with: "\"weights\":[1,"))],
            ["/ensemble tuning": .text(tuning.replacing("\"slope\":", with: "\"slope\":1e999,\"s\":"))],
            ["/ensemble members": .texts([])], ["/ensemble members": .texts(["mlaram", "mlaram", "ml-svm"])],
            ["/ensemble members": .texts(["mlaram"])], ["/ensemble members": .texts(["", "mlaram", "ml-svm"])],
            ["/ensemble members": .texts(["..", "mlaram", "ml-svm"])],
            ["/ policy": .text(policy)], ["/ policy": .text("{\"minimumConfidence\":\"high\"}")],
            ["/ provenance": .text("{}")], ["/ preprocessing": .text("{\"ink\":\"blue\",\"size\":224}")],
            ["/ label_space": .text("")], ["/ label_space": .text("name: x\nversion: 1\nlabels: []\n")],
            ["/ name": .removed], ["/ precision": .text("float16")], ["/ precision": .text("")],
        ]
        for edit in edits { try expectRefusal(edit) }
    }

    @Test func `an invalid network is rejected`() throws {
        try ModelFile.write(SampleModels.ofPictures(), to: scratch("sound.h5"))
        let last = try #require(SampleModels.network.layers.last)
        let first = SampleModels.network.layers[0]
        func floats(_ count: Int, _ bad: Float) -> EditedFile.Value {
            .floats(Array(repeating: 0.5, count: count - 1) + [bad], [count])
        }
        let channels = last.channels
        let edits: [[String: EditedFile.Value]] = [
            ["/network/Conv_1/variance": floats(channels, -1)], ["/network/Conv_1/variance": floats(channels, .nan)],
            ["/network/Conv_1/mean": floats(channels, .infinity)], ["/network/Conv_1/gamma": floats(channels - 1, 1)],
            ["/network/Conv1/kernel": .floats(first.kernel, [9 * 3, first.channels])],
            ["/network/Conv1/kernel": .floats(first.kernel, [3, 3, first.channels, 3])],
            ["/network/Conv1/kernel": .floats([], [3, 3, 3, 0])],
            ["/network/Conv1/kernel": .floats(first.kernel.map { _ in .nan }, first.shape)],
            ["/network/block_3_project": .removed], ["/network/block_3_project/beta": .removed],
            ["/ preprocessing": .text("{\"ink\":\"neutral\",\"size\":0}")],
            ["/ preprocessing": .text("{\"ink\":\"neutral\",\"size\":-224}")],
            ["/ preprocessing": .text("{\"ink\":\"neutral\",\"size\":1000000}")],
            ["/ preprocessing": .text("{\"ink\":\"neutral\",\"size\":31}")],
        ]
        for edit in edits { try expectRefusal(edit) }
        // A valid network with a different number of features than the ensemble.
        let shape = [1, 1, last.shape[2], 8]
        let narrow: [String: EditedFile.Value] = [
            "/network/Conv_1/kernel": .floats(Array(repeating: 0.1, count: shape[2] * 8), shape),
            "/network/Conv_1/gamma": floats(8, 1), "/network/Conv_1/beta": floats(8, 1),
            "/network/Conv_1/mean": floats(8, 1), "/network/Conv_1/variance": floats(8, 1),
        ]
        try expectRefusal(narrow)
    }

    @Test func `a network with overflowing values still gives scores from 0 to 1`() throws {
        try ModelFile.write(SampleModels.ofPictures(), to: scratch("sound.h5"))
        let layer = SampleModels.network.layers[2]
        let huge = try read(
            ["/network/\(layer.name)/kernel": .floats(layer.kernel.map { $0 < 0 ? -3e38 : 3e38 }, layer.shape)])
        let path = try scratch.write("a.png", SamplePictures.png(1))
        let predictor = try Predictor(model: huge, path: "huge.h5")
        let answers = try predictor.predictions(of: [path], workers: Workers(count: 1))
        // The last ReLU6 maps any value to a number.
        #expect(try answers[0].get().labels.allSatisfy { (0 ... 1).contains($0.score) })
    }
}
