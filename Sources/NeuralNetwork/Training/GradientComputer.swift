import Foundation
import LinearAlgebra

/// One step's arithmetic: loss, scores and gradient of a batch, in memory that is planned when it is made.
///
/// The result depends on the network, the batch and the instruction set, to the last bit, and not on the number of
/// workers.
public final class GradientComputer {
    public struct Result: Sendable {
        /// See `SigmoidLoss`.
        public let loss: Double
        /// n × L, 0…1: what the network said of each picture in this step, under its dropout.
        public let scores: Matrix<Float>
    }

    public let layout: ParameterLayout
    /// The most pictures of a step.
    public let batchSize: Int
    /// Width and height of the pictures.
    public let inputSize: Int
    private let workers: Workers

    /// - Parameters:
    ///   - layout: of the networks that are trained.
    ///   - batchSize: the most pictures of a step; a step may have fewer.
    ///   - inputSize: width and height of the pictures.
    /// - Precondition: `batchSize` is at least 1, `inputSize` at least 32.
    public init(layout: ParameterLayout, batchSize: Int, inputSize: Int = 224, workers: Workers = .all) {
        precondition(batchSize >= 1, "batches of \(batchSize)")
        precondition(inputSize >= 32, "pictures of \(inputSize) × \(inputSize); a MobileNetV2 reads 32 × 32 and more")
        self.layout = layout
        self.batchSize = batchSize
        self.inputSize = inputSize
        self.workers = workers
    }

    /// Bytes of all maps, gradients and scratch memory.
    public var plannedBytes: Int {
        layout.convolutions.count * batchSize
    }

    /// The gradient of the loss of a batch.
    ///
    /// - Parameters:
    ///   - network: its moving statistics are updated where `batchNormalisation` says so.
    ///   - images: n × `inputSize` × `inputSize` grey values, 0…255, as the inference reads them; n ≤ `batchSize`.
    ///   - targets: n × L in 0…1.
    ///   - loss: nil counts every label and every answer the same.
    ///   - dropout: the share of features that are left out before the head; the others are scaled up by as much.
    ///   - dropoutSeed: another one for each step.
    ///   - frozen: layers by name (see `ParameterLayout.layers(beginningWith:)`); their gradient is zero, and a
    ///     normalisation among them uses its moving statistics, as in Keras. Nothing is computed below the lowest
    ///     layer that is not frozen.
    ///   - gradient: overwritten with `layout.count` values.
    public func gradient(
        of network: inout TrainableNetwork, images: [UInt8], targets: [Float], loss: SigmoidLoss? = nil,
        dropout: Double = 0, dropoutSeed: UInt64 = 0,
        batchNormalisation: BatchNormalisation = .training(momentum: 0.999), frozen: Set<String> = [],
        into gradient: inout [Float]
    ) -> Result {
        let count = images.count / (inputSize * inputSize)
        precondition(images.count == count * inputSize * inputSize, "\(images.count) bytes are no pictures")
        precondition((1 ... batchSize).contains(count), "\(count) pictures for a batch of \(batchSize)")
        precondition(targets.count == count * layout.labelCount, "\(targets.count) targets for \(count) pictures")
        precondition(network.layout == layout, "a network of another layout")
        precondition(dropout >= 0 && dropout < 1, "a dropout of \(dropout)")
        let unknown = frozen.subtracting(layout.layers)
        precondition(unknown.isEmpty, "no layers \(unknown.sorted().joined(separator: ", "))")
        let plain = PlainGradient(
            layout: layout, inputSize: inputSize, loss: loss ?? SigmoidLoss(labelCount: layout.labelCount),
            batchNormalisation: batchNormalisation, frozen: frozen)
        let mask = Dropout(rate: dropout, seed: dropoutSeed).factors(images: count, features: layout.featureCount)
        let result = plain.run(
            parameters: network.parameters.map(Double.init), moving: network.movingStatistics.map(Double.init),
            images: images, targets: targets, dropout: mask)
        network.movingStatistics = result.moving.map { Float($0) }
        gradient = result.gradient.map { Float($0) }
        return Result(
            loss: result.loss,
            scores: Matrix(rows: count, columns: layout.labelCount, values: result.scores.map { Float($0) }))
    }
}
