import CKernels
import LinearAlgebra

/// A pointer that workers share, on the word of whoever made it: every piece writes what is its own.
struct Shared<Pointer>: @unchecked Sendable {
    let pointer: Pointer

    init(_ pointer: Pointer) { self.pointer = pointer }
}

/// One step: what forward leaves for backward, and how both share out their work.
///
/// `Sendable` on its owner's word, like the plan.
final class TrainingStep: @unchecked Sendable {
    let plan: TrainingPlan
    let layout: ParameterLayout
    let instructions: InstructionSet
    let workers: Workers
    let pieces: TrainingPieces
    let batchNormalisation: BatchNormalisation
    let frozen: Set<String>
    let parameters: UnsafePointer<Float>
    let moving: UnsafeMutablePointer<Float>
    /// One for each convolution, in order, once forward has been there.
    var states: [NormalisationState?]
    /// The mean of each block's input, where its expansion uses the batch's moments.
    var inputMeans: [[Double]?]

    init(
        plan: TrainingPlan, layout: ParameterLayout, instructions: InstructionSet, workers: Workers, images: Int,
        batchNormalisation: BatchNormalisation, frozen: Set<String>, parameters: UnsafePointer<Float>,
        moving: UnsafeMutablePointer<Float>
    ) {
        self.plan = plan
        self.layout = layout
        self.instructions = instructions
        self.workers = workers
        self.batchNormalisation = batchNormalisation
        self.frozen = frozen
        self.parameters = parameters
        self.moving = moving
        pieces = TrainingPieces(images: images)
        states = Array(repeating: nil, count: layout.convolutions.count)
        inputMeans = Array(repeating: nil, count: plan.blocks.count)
    }

    /// Whether the normalisation behind a convolution uses the batch's statistics.
    func usesBatch(_ convolution: Int) -> Bool {
        batchNormalisation != .frozen && !frozen.contains(layout.convolutions[convolution].normalisation)
    }

    func isTrained(_ convolution: Int) -> Bool {
        let layer = layout.convolutions[convolution]
        return !frozen.contains(layer.name) || !frozen.contains(layer.normalisation)
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

    func kernel(_ convolution: Int) -> UnsafePointer<Float> {
        parameters + layout.convolutions[convolution].kernel.lowerBound
    }

    /// The kernel of a block's expansion, for the input as the block has it.
    func expansionKernel(_ block: Int) -> UnsafePointer<Float> {
        block == 0 ? UnsafePointer(plan.firstKernel.base) : kernel(3 * block)
    }

    /// Makes the state of a normalisation from the batch's moments, and moves the moving statistics; without moments
    /// from the moving statistics.
    func normalise(
        _ convolution: Int, mean: [Double], variance: [Double]
    ) -> NormalisationState {
        let layer = layout.convolutions[convolution]
        if case .training(let momentum) = batchNormalisation, usesBatch(convolution) {
            for channel in 0 ..< layer.channels {
                let (meanPlace, variancePlace) = (layer.mean.lowerBound + channel, layer.variance.lowerBound + channel)
                moving[meanPlace] = Float(momentum * Double(moving[meanPlace]) + (1 - momentum) * mean[channel])
                moving[variancePlace] = Float(
                    momentum * Double(moving[variancePlace]) + (1 - momentum) * variance[channel])
            }
        }
        let state = NormalisationState(
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

    /// Writes values of the channels where kernels read them.
    func write(_ values: [Double], to target: UnsafeMutablePointer<Float>?) {
        guard let target else { return }
        for (channel, value) in values.enumerated() { target[channel] = Float(value) }
    }
}
