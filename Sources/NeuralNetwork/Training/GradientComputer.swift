import Foundation
import LinearAlgebra

/// Computes loss, scores and gradient of a batch in preallocated memory.
///
/// The result depends bit by bit on the network, the batch and the instruction set, but not on the number of workers.
public final class GradientComputer {
    public struct Result: Sendable {
        /// See `SigmoidLoss`.
        public let loss: Double
        /// n × L, 0…1: the network's scores of each image in this step, with dropout.
        public let scores: Matrix<Float>
    }

    public let layout: ParameterLayout
    /// The maximum number of images per step.
    public let batchSize: Int
    /// Width and height of the images.
    public let inputSize: Int
    /// The instruction set of the kernels.
    public let instructions: InstructionSet
    private let workers: Workers
    private let share: TrainingShare
    private let plan: TrainingPlan

    /// - Parameters:
    ///   - layout: the layout of the trained networks.
    ///   - batchSize: the maximum number of images per step.
    ///   - inputSize: width and height of the images.
    ///   - instructions: nil selects the fastest set of the machine (`InstructionSet.preferred`).
    ///   - exchange: connects the processes that compute each step together; nil for one process.
    /// - Precondition: `batchSize` is at least 1 and `inputSize` at least 32; the machine supports the instruction set;
    ///   there are at most `mostProcesses(batchSize:)` processes.
    public init(
        layout: ParameterLayout, batchSize: Int, inputSize: Int = 224, workers: Workers = .all,
        instructions: InstructionSet? = nil, exchange: (any StepExchange)? = nil
    ) {
        precondition(batchSize >= 1, "batchSize must be at least 1, found \(batchSize)")
        precondition(inputSize >= 32, "inputSize must be at least 32, found \(inputSize)")
        let instructions = instructions ?? .preferred
        precondition(instructions.isAvailable, "this machine does not support \(instructions.rawValue)")
        self.layout = layout
        self.batchSize = batchSize
        self.inputSize = inputSize
        self.workers = workers
        self.instructions = instructions
        share = TrainingShare(exchange)
        precondition(
            share.size <= Self.mostProcesses(batchSize: batchSize), "\(share.size) processes for \(batchSize) images")
        plan = TrainingPlan(
            layout: layout, batchSize: batchSize, inputSize: inputSize, workers: workers.count, share: share)
    }

    /// Returns the number of processes that can compute a step together.
    public static func mostProcesses(batchSize: Int) -> Int { TrainingPieces(images: batchSize).count }

    /// Returns the images that this process computes in a batch of `count`.
    public func ownImages(of count: Int) -> Range<Int> { share.images(TrainingPieces(images: count), of: share.rank) }

    /// The size of all maps, gradients and scratch memory in bytes.
    public var plannedBytes: Int { plan.byteCount }

    /// Computes the gradient of the loss of a batch.
    ///
    /// - Parameters:
    ///   - network: its moving statistics are updated depending on `batchNormalization`.
    ///   - images: n × `inputSize` × `inputSize` gray values, 0…255, as for inference; n ≤ `batchSize`. Several
    ///     processes each have their `ownImages(of: n)`.
    ///   - targets: n × L in 0…1, of the whole batch.
    ///   - loss: nil weights all labels, positives and negatives equally.
    ///   - dropout: the fraction of features that are dropped before the head. The others are scaled up.
    ///   - dropoutSeed: must differ between steps.
    ///   - frozen: the names of frozen layers (see `ParameterLayout.layers(beginningWith:)`). Their gradient is zero,
    ///     and normalizations among them use their moving statistics, as in Keras. Nothing is computed below the lowest
    ///     trained layer.
    ///   - gradient: overwritten with `layout.count` values.
    public func gradient(
        of network: inout TrainableNetwork, images: [UInt8], targets: [Float], loss: SigmoidLoss? = nil,
        dropout: Double = 0, dropoutSeed: UInt64 = 0,
        batchNormalization: BatchNormalization = .training(momentum: 0.999), frozen: Set<String> = [],
        into gradient: inout [Float]
    ) -> Result {
        let count = targets.count / layout.labelCount
        precondition(targets.count == count * layout.labelCount, "\(targets.count) targets are not of whole images")
        precondition((1 ... batchSize).contains(count), "\(count) images for a batch of \(batchSize)")
        precondition(
            images.count == ownImages(of: count).count * inputSize * inputSize,
            "\(images.count) bytes for \(ownImages(of: count).count) images of \(inputSize) × \(inputSize)")
        precondition(network.layout == layout, "the network has another layout")
        precondition(dropout >= 0 && dropout < 1, "dropout must be at least 0 and below 1, found \(dropout)")
        let unknown = frozen.subtracting(layout.layers)
        precondition(unknown.isEmpty, "unknown layers \(unknown.sorted().joined(separator: ", "))")
        let mask = Dropout(rate: dropout, seed: dropoutSeed).factors(images: count, features: layout.featureCount)
        let loss = loss ?? SigmoidLoss(labelCount: layout.labelCount)
        let head = DenseHead(
            kernel: network.parameters[layout.headKernel], bias: network.parameters[layout.headBias])
        let stride = Int(plan.head.channel_stride)
        // Reuses the caller's array, because new memory would be cleared and mapped in every step.
        if gradient.count != layout.count { gradient = [Float](repeating: 0, count: layout.count) }
        return network.parameters.withUnsafeBufferPointer { parameters in
            network.movingStatistics.withUnsafeMutableBufferPointer { moving in
                let step = TrainingStep(
                    plan: plan, share: share, layout: layout, instructions: instructions, workers: workers,
                    images: count, batchNormalization: batchNormalization, frozen: frozen,
                    parameters: parameters.baseAddress!,
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
