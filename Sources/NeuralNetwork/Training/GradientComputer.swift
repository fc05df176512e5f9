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
    /// What the kernels run on.
    public let instructions: InstructionSet
    private let workers: Workers
    private let plan: TrainingPlan

    /// - Parameters:
    ///   - layout: of the networks that are trained.
    ///   - batchSize: the most pictures of a step; a step may have fewer.
    ///   - inputSize: width and height of the pictures.
    ///   - instructions: nil takes the fastest that the machine has (`InstructionSet.preferred`).
    /// - Precondition: `batchSize` is at least 1, `inputSize` at least 32; the machine has the instruction set.
    public init(
        layout: ParameterLayout, batchSize: Int, inputSize: Int = 224, workers: Workers = .all,
        instructions: InstructionSet? = nil
    ) {
        precondition(batchSize >= 1, "batches of \(batchSize)")
        precondition(inputSize >= 32, "pictures of \(inputSize) × \(inputSize); a MobileNetV2 reads 32 × 32 and more")
        let instructions = instructions ?? .preferred
        precondition(instructions.isAvailable, "this machine has no \(instructions.rawValue)")
        self.layout = layout
        self.batchSize = batchSize
        self.inputSize = inputSize
        self.workers = workers
        self.instructions = instructions
        plan = TrainingPlan(layout: layout, batchSize: batchSize, inputSize: inputSize, workers: workers.count)
    }

    /// Bytes of all maps, gradients and scratch memory.
    public var plannedBytes: Int { plan.byteCount }

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
        let mask = Dropout(rate: dropout, seed: dropoutSeed).factors(images: count, features: layout.featureCount)
        let loss = loss ?? SigmoidLoss(labelCount: layout.labelCount)
        let head = DenseHead(
            kernel: network.parameters[layout.headKernel], bias: network.parameters[layout.headBias])
        let stride = Int(plan.head.channel_stride)
        // The caller's array is used again: new memory for every step would be cleared and mapped each time.
        if gradient.count != layout.count { gradient = [Float](repeating: 0, count: layout.count) }
        return network.parameters.withUnsafeBufferPointer { parameters in
            network.movingStatistics.withUnsafeMutableBufferPointer { moving in
                let step = TrainingStep(
                    plan: plan, layout: layout, instructions: instructions, workers: workers, images: count,
                    batchNormalisation: batchNormalisation, frozen: frozen, parameters: parameters.baseAddress!,
                    moving: moving.baseAddress!)
                images.withUnsafeBufferPointer { step.forward(images: $0.baseAddress!, inputSize: inputSize) }
                let logits = head.logits(
                    features: plan.features.base, stride: stride, images: count, dropout: mask)
                let (value, slopes, scores) = loss.evaluate(logits: logits, targets: targets)
                let byHead = head.backward(
                    slopes: slopes, features: plan.features.base, featureSlopes: plan.featureSlopes.base,
                    stride: stride, images: count, dropout: mask)
                gradient.replaceSubrange(layout.headKernel, with: byHead.kernel.map { Float($0) })
                gradient.replaceSubrange(layout.headBias, with: byHead.bias.map { Float($0) })
                gradient.withUnsafeMutableBufferPointer { step.backward(gradient: $0.baseAddress!) }
                for block in layout.blocks where frozen.contains(block.layer) {
                    for place in block.range { gradient[place] = 0 }
                }
                return Result(
                    loss: value,
                    scores: Matrix(rows: count, columns: layout.labelCount, values: scores.map { Float($0) }))
            }
        }
    }
}
