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
    let share: TrainingShare
    /// The pieces and images of this process.
    let ownPieces: Range<Int>
    let ownImages: Range<Int>
    let batchNormalization: BatchNormalization
    let frozen: Set<String>
    let parameters: UnsafePointer<Float>
    let moving: UnsafeMutablePointer<Float>
    /// One state per convolution in order, set by the forward pass.
    var states: [NormalizationState?]
    /// The mean of each block's input, if its expansion uses the batch's moments.
    var inputMeans: [[Double]?]
    /// Kernel gradients that are underway between processes, and what to do with them.
    private var transfers: [(transfer: KernelExchange.Transfer, sum: (KernelExchange.Transfer) -> Void)] = []
    /// The kernels whose own columns of the gradient are summed.
    var summedKernels: [(range: Range<Int>, columns: Int)] = []

    init(
        plan: TrainingPlan, share: TrainingShare, layout: ParameterLayout, instructions: InstructionSet,
        workers: Workers, images: Int,
        batchNormalization: BatchNormalization, frozen: Set<String>, parameters: UnsafePointer<Float>,
        moving: UnsafeMutablePointer<Float>
    ) {
        self.plan = plan
        self.share = share
        self.layout = layout
        self.instructions = instructions
        self.workers = workers
        self.batchNormalization = batchNormalization
        self.frozen = frozen
        self.parameters = parameters
        self.moving = moving
        pieces = TrainingPieces(images: images)
        ownPieces = share.own(pieces.count)
        ownImages = share.images(pieces, of: share.rank)
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

    /// Calls `body` for each piece of this process with its images, counted from `ownImages`, and the worker's scratch
    /// memory.
    func forEachPiece(
        _ body:
            @Sendable (_ piece: Int, _ first: Int32, _ images: Int32, _ scratch: UnsafeMutablePointer<Float>) -> Void
    ) {
        workers.forEach(ownPieces.count) { index, worker in
            let piece = ownPieces.lowerBound + index
            let range = pieces.range(piece)
            body(
                piece, Int32(range.lowerBound - ownImages.lowerBound), Int32(range.count), plan.scratch[worker].base)
        }
    }

    /// Calls `body` for each piece of this process, and completes the sums of all pieces.
    ///
    /// - Parameters:
    ///   - doubles: the number of sums of a piece.
    ///   - areUsed: whether the sums of other processes are needed.
    func forEachPiece(
        sums doubles: Int, areUsed: Bool = true,
        _ body:
            @Sendable (_ piece: Int, _ first: Int32, _ images: Int32, _ scratch: UnsafeMutablePointer<Float>) -> Void
    ) {
        if share.exchange != nil { plan.sums.pack(doubles: doubles) }
        forEachPiece(body)
        guard areUsed else { return }
        share.finish(
            share.gather(plan.sums.base) { rank in
                let pieces = share.range(pieces.count, of: rank)
                return pieces.lowerBound * doubles ..< pieces.upperBound * doubles
            })
    }

    /// The number of sums of a piece that has two per channel.
    func pairs(_ channels: Int32) -> Int { LayerPacker.panels(Int(channels)) * 2 * LayerPacker.panel }

    /// The number of sums of a piece that also has the products of all pairs of channels.
    func moments(_ channels: Int32) -> Int {
        let panels = LayerPacker.panels(Int(channels))
        return pairs(channels) + panels * panels * LayerPacker.panel * LayerPacker.panel
    }

    /// Returns the partial gradients of a piece of this process.
    func partial(_ piece: Int) -> UnsafeMutablePointer<Float> {
        plan.partials.base + (piece - ownPieces.lowerBound) * plan.partialDistance
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
        forEachPlace(0 ..< places, operations: operations, body)
    }

    private func forEachPlace(
        _ places: Range<Int>, operations: Int, _ body: @Sendable (_ place: Int, _ worker: Int) -> Void
    ) {
        let used = operations < Self.parallelOperations ? Workers(count: 1) : workers
        used.forEach(places.count) { index, worker in body(places.lowerBound + index, worker) }
    }

    /// Calls `body` for each index, divided among the processes if that pays, and completes the results.
    ///
    /// - Parameter results: arrays with as many values per place as given, which `body` writes.
    func forEachSharedPlace<Value>(
        _ places: Int, operations: Int, results: [(base: UnsafeMutablePointer<Value>, count: Int)],
        _ body: @Sendable (_ place: Int, _ worker: Int) -> Void
    ) {
        guard share.exchange != nil, operations >= Self.parallelOperations else {
            return forEachPlace(places, operations: operations, body)
        }
        forEachPlace(share.own(places), operations: operations, body)
        let tickets = results.map { result in
            share.gather(result.base) { rank in
                let places = share.range(places, of: rank)
                return places.lowerBound * result.count ..< places.upperBound * result.count
            }
        }
        for ticket in tickets { share.finish(ticket) }
    }

    // MARK: - Kernel gradients

    /// Calls `sum` for each panel of a kernel with the partial gradients of all pieces. Processes divide the panels.
    ///
    /// - Parameters:
    ///   - convolution: the kernel; its own columns of the gradient are written.
    ///   - offset: the place of the kernel in a piece's partial gradients.
    ///   - storedRows: the number of rows of a panel in the partial gradients.
    ///   - isUrgent: whether `sum` is called at once. Otherwise it may be called later in the backward pass.
    func sumKernel(
        _ convolution: Int, offset: Int = 0, storedRows: Int, operations: Int, isUrgent: Bool,
        _ sum: @escaping @Sendable (_ partials: UnsafePointer<Float>, _ distance: Int, _ panel: Int) -> Void
    ) {
        let layer = layout.convolutions[convolution]
        let panels = LayerPacker.panels(layer.channels)
        guard share.exchange != nil else {
            forEachPlace(panels, operations: operations) { panel, _ in
                sum(plan.partials.base + offset, plan.partialDistance, panel)
            }
            return
        }
        summedKernels.append((layer.kernel, layer.channels))
        let transfer = plan.kernels.begin(
            panels: panels, panelFloats: storedRows * LayerPacker.panel, pieces: pieces.count
        ) { partial($0) + offset }
        let own = share.own(panels)
        let finish = { [self] (transfer: KernelExchange.Transfer) in
            forEachPlace(own, operations: operations) { panel, _ in
                sum(transfer.partials, transfer.distance, panel)
            }
        }
        if isUrgent { return plan.kernels.finish(transfer, finish) }
        transfers.append((transfer, finish))
        finishTransfers(most: 1)
    }

    /// Adds up the kernel gradients of all but the latest `most` transfers.
    func finishTransfers(most: Int) {
        while transfers.count > most {
            let (transfer, sum) = transfers.removeFirst()
            plan.kernels.finish(transfer, sum)
        }
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
