import Foundation
import LinearAlgebra
import NeuralNetwork
import Testing

@testable import Pretraining

struct NetworkValidationTests {
    private let sample: SamplePretraining
    private let material: PretrainingMaterial

    init() throws {
        sample = try SamplePretraining()
        let configuration = try sample.pretraining().configuration
        material = try PretrainingMaterial(
            PretrainingData(configuration.dataset, seed: 3), configuration: configuration, workers: Workers(count: 2))
    }

    @Test func `scores count only the labels of the picture's data set`() {
        let rows = material.data.truth.rows
        let first = (0 ..< rows).first { material.data.truth[$0, 0] }!
        let second = (0 ..< rows).first { material.data.truth[$0, 1] }!
        let validation = NetworkValidation(data: material.data, store: material.store, rows: [first, first, second])
        // Row 1: N is right. Row 2: S instead of N. Row 3: S is right. All other labels score far lower.
        let low = [Double](repeating: -30, count: 4)
        let scores = validation.scores(
            logits: Matrix([[2, -1] + low, [0, 1] + low, [-2, 3] + low]))
        func term(_ logit: Double, _ truth: Bool) -> Double { log(1 + exp(truth ? -logit : logit)) }
        let loss =
            term(2, true) + term(-1, false) + term(0, true) + term(1, false) + term(-2, false) + term(3, true)
        #expect(abs(scores.loss - loss / 18) < 1e-9)
        #expect(abs(scores.top1Accuracy - 2 / 3) < 1e-12)
        // N: 1 true positive, 1 false negative. S: 1 true positive, 1 false positive.
        #expect(abs(scores.top1F1 - 2 / 3) < 1e-12)
        #expect(scores.areaUnderROC == 1)
    }

    @Test func `inference agrees with the forward pass of training`() {
        let network = TrainableNetwork(alpha: 0.05, labelCount: 6, seed: 1)
        let rows = Array(material.validation.prefix(3))
        let validation = NetworkValidation(data: material.data, store: material.store, rows: rows)
        let found = validation.scores(of: network, isAugmented: false, workers: Workers(count: 2))
        let computer = GradientComputer(
            layout: network.layout, batchSize: 3, inputSize: 32, workers: Workers(count: 1))
        var (same, gradient): (TrainableNetwork, [Float]) = (network, [])
        let images = rows.flatMap { row in
            [UInt8](unsafeUninitializedCapacity: 32 * 32) { out, count in
                material.store.plain(row, into: out.baseAddress!)
                count = 32 * 32
            }
        }
        let result = computer.gradient(
            of: &same, images: images,
            targets: rows.flatMap { row in (0 ..< 6).map { material.data.truth[row, $0] ? 1 : 0 } },
            batchNormalization: .frozen, into: &gradient)
        #expect(abs(found!.loss - result.loss) < 1e-5 * result.loss)
    }

    @Test func `no validation pictures give no scores`() {
        let validation = NetworkValidation(data: material.data, store: material.store, rows: [])
        let network = TrainableNetwork(alpha: 0.05, labelCount: 6, seed: 1)
        #expect(validation.scores(of: network, isAugmented: false, workers: Workers(count: 1)) == nil)
    }
}
