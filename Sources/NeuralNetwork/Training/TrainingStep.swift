import CKernels
import LinearAlgebra

/// A pointer that workers share safely, because every piece writes its own part.
struct Shared<Pointer>: @unchecked Sendable {
    let pointer: Pointer

    init(_ pointer: Pointer) { self.pointer = pointer }
}

/// One step: the state that the forward pass leaves for the backward pass, and the distribution of work.
///
/// `Sendable` like the plan.
final class TrainingStep: @unchecked Sendable {
    let plan: TrainingPlan
    let layout: ParameterLayout
    let instructions: InstructionSet
    let workers: Workers
    let pieces: TrainingPieces
    let batchNormalization: BatchNormalization
    let frozen: Set<String>
    let parameters: UnsafePointer<Float>
    let moving: UnsafeMutablePointer<Float>
    /// One state per convolution in order, set by the forward pass.
    var states: [NormalizationState?]
    /// The mean of each block's input, if its expansion uses the batch's moments.
    var inputMeans: [[Double]?]

    init(
        plan: TrainingPlan, layout: ParameterLayout, instructions: InstructionSet, workers: Workers, images: Int,
        batchNormalization: BatchNormalization, frozen: Set<String>, parameters: UnsafePointer<Float>,
        moving: UnsafeMutablePointer<Float>
    ) {
        self.plan = plan
        self.layout = layout
        self.instructions = instructions
        self.workers = workers
        self.batchNormalization = batchNormalization
        self.frozen = frozen
        self.parameters = parameters
        self.moving = moving
        pieces = TrainingPieces(images: images)
        states = Array(repeating: nil, count: layout.convolutions.count)
        inputMeans = Array(repeating: nil, count: plan.blocks.count)
    }

    /// Returns whether the normalization after a convolution uses the batch's statistics.
    func usesBatch(_ convolution: Int) -> Bool {
        batchNormalization != .frozen && !frozen.contains(layout.convolutions[convolution].normalization)
    }

    func isTrained(_ convolution: Int) -> Bool {
        let layer = layout.convolutions[convolution]
        return !frozen.contains(layer.name) || !frozen.contains(layer.normalization)
    }

    /// Calls `body` for each piece with its images and the worker's scratch memory.
    func forEachPiece(
        _ body:
            @Sendable (_ piece: Int, _ first: Int32, _ images: Int32, _ scratch: UnsafeMutablePointer<Float>) -> Void
    ) {
        workers.forEach(pieces.count) { piece, worker in
            let range = pieces.range(piece)
            body(piece, Int32(range.lowerBound), Int32(range.count), plan.scratch[worker].base)
        }
    }

    /// The number of operations from which parallel work pays. Waking the threads and waiting for the last one takes
    /// about as long as 10⁵ operations.
    private static let parallelOperations = 200_000

    /// Calls `body` for each index, on all threads if that pays.
    ///
    /// - Parameter operations: the approximate number of multiplications and additions in total.
    func forEachPlace(
        _ places: Int, operations: Int, _ body: @Sendable (_ place: Int, _ worker: Int) -> Void
    ) {
        let used = operations < Self.parallelOperations ? Workers(count: 1) : workers
        used.forEach(places, body)
    }

    func kernel(_ convolution: Int) -> UnsafePointer<Float> {
        parameters + layout.convolutions[convolution].kernel.lowerBound
    }

    /// Returns the kernel of a block's expansion for the block's input format.
    func expansionKernel(_ block: Int) -> UnsafePointer<Float> {
        block == 0 ? UnsafePointer(plan.firstKernel.base) : kernel(3 * block)
    }

    /// Creates the state of a normalization from the batch's moments and updates the moving statistics. Without moments
    /// it uses the moving statistics.
    func normalize(
        _ convolution: Int, mean: [Double], variance: [Double]
    ) -> NormalizationState {
        let layer = layout.convolutions[convolution]
        if case .training(let momentum) = batchNormalization, usesBatch(convolution) {
            for channel in 0 ..< layer.channels {
                let (meanPlace, variancePlace) = (layer.mean.lowerBound + channel, layer.variance.lowerBound + channel)
                moving[meanPlace] = Float(momentum * Double(moving[meanPlace]) + (1 - momentum) * mean[channel])
                moving[variancePlace] = Float(
                    momentum * Double(moving[variancePlace]) + (1 - momentum) * variance[channel])
            }
        }
        let state = NormalizationState(
            mean: mean, variance: variance,
            gamma: Array(UnsafeBufferPointer(start: parameters + layer.gamma.lowerBound, count: layer.channels))[...],
            beta: Array(UnsafeBufferPointer(start: parameters + layer.beta.lowerBound, count: layer.channels))[...],
            usesBatch: usesBatch(convolution))
        states[convolution] = state
        return state
    }

    func movingMoments(_ convolution: Int) -> (mean: [Double], variance: [Double]) {
        let layer = layout.convolutions[convolution]
        return (layer.mean.map { Double(moving[$0]) }, layer.variance.map { Double(moving[$0]) })
    }

    /// Writes one value per channel to the kernels' memory.
    func write(_ values: [Double], to target: UnsafeMutablePointer<Float>?) {
        guard let target else { return }
        for (channel, value) in values.enumerated() { target[channel] = Float(value) }
    }
}
