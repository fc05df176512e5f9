/// The exchange of kernel gradients between processes.
///
/// Every process adds up the pieces of its own panels of a kernel, in their order. It receives these panels from the
/// other processes, and sends them theirs. At the end of the backward pass all processes get all sums. The messages of a
/// layer travel while the next layers are computed.
///
/// One process has none of this: it adds up its pieces where they are.
///
/// `Sendable` like the plan.
final class KernelExchange: @unchecked Sendable {
    /// The gradients of one kernel in transit.
    final class Transfer: @unchecked Sendable {
        fileprivate let sent: AlignedFloats
        fileprivate let received: AlignedFloats
        fileprivate var ticket: Int?

        fileprivate init(sent: Int, received: Int) {
            (self.sent, self.received) = (AlignedFloats(count: sent), AlignedFloats(count: received))
        }

        /// The own panels of all pieces, in the format of the pieces' gradients; other panels are undefined.
        var partials: UnsafeMutablePointer<Float> { received.base }
        /// The number of floats between pieces.
        fileprivate(set) var distance = 0
    }

    private let share: TrainingShare
    private var free: [Transfer] = []
    private let sums: AlignedFloats

    /// The number of kernels in transit: one while the next layer is computed, and that of this layer.
    private static let transfers = 2

    /// - Parameters:
    ///   - kernels: the number of panels and the floats of a panel of each kernel.
    ///   - pieces: the number of pieces of a batch.
    ///   - parameters: the number of parameters of the network.
    init(_ share: TrainingShare, kernels: [(panels: Int, panelFloats: Int)], pieces: Int, parameters: Int) {
        self.share = share
        let isShared = share.exchange != nil
        sums = AlignedFloats(count: isShared ? parameters : 0)
        guard isShared else { return }
        // A smaller batch can give this process one piece more than the largest.
        let most = (1 ... pieces).map { share.own($0).count }.max() ?? 0
        let sent = kernels.map { most * ($0.panels - share.own($0.panels).count) * $0.panelFloats }.max() ?? 0
        let received =
            kernels.map { kernel in
                let own = share.own(kernel.panels)
                return (own.lowerBound + pieces * own.count) * kernel.panelFloats
            }.max() ?? 0
        free = (0 ..< Self.transfers).map { _ in Transfer(sent: sent, received: received) }
    }

    var byteCount: Int {
        let floats = free.reduce(sums.count) { $0 + $1.sent.count + $1.received.count }
        return floats * MemoryLayout<Float>.stride
    }

    /// Starts the exchange of a kernel's gradients in `pieces`.
    ///
    /// - Parameters:
    ///   - panels: the number of panels, each of `panelFloats`.
    ///   - partial: returns the gradients of an own piece.
    func begin(
        panels: Int, panelFloats: Int, pieces: Int, partial: (Int) -> UnsafeMutablePointer<Float>
    ) -> Transfer {
        guard let exchange = share.exchange, let transfer = free.popLast() else {
            preconditionFailure("more kernels in transit than planned")
        }
        let ownPieces = share.own(pieces)
        let ownPanels = share.own(panels)
        transfer.distance = ownPanels.count * panelFloats
        let received = transfer.partials + ownPanels.lowerBound * panelFloats
        var place = transfer.sent.base
        var sending: [UnsafeRawBufferPointer] = []
        var receiving: [UnsafeMutableRawBufferPointer] = []
        for rank in 0 ..< share.size {
            let panels = share.range(panels, of: rank)
            let count = panels.count * panelFloats
            let isOwn = rank == share.rank
            let start = place
            for piece in ownPieces {
                let target = isOwn ? received + piece * transfer.distance : place
                target.update(from: partial(piece) + panels.lowerBound * panelFloats, count: count)
                if !isOwn { place += count }
            }
            sending.append(UnsafeRawBufferPointer(UnsafeBufferPointer(start: start, count: place - start)))
            let theirs = share.range(pieces, of: rank)
            receiving.append(
                UnsafeMutableRawBufferPointer(
                    UnsafeMutableBufferPointer(
                        start: received + theirs.lowerBound * transfer.distance,
                        count: isOwn ? 0 : theirs.count * transfer.distance)))
        }
        transfer.ticket = exchange.begin(sending: sending, receiving: receiving)
        return transfer
    }

    /// Waits for the gradients of the own panels, and adds them up.
    func finish(_ transfer: Transfer, _ sum: (Transfer) -> Void) {
        share.finish(transfer.ticket)
        sum(transfer)
        free.append(transfer)
    }

    /// Gives all processes the sums of all kernels.
    ///
    /// - Parameters:
    ///   - kernels: the kernels whose own columns are summed, by their place in the gradient, and their columns.
    func gather(_ kernels: [(range: Range<Int>, columns: Int)], gradient: UnsafeMutablePointer<Float>) {
        guard share.exchange != nil else { return }
        func columns(_ kernel: (range: Range<Int>, columns: Int), of rank: Int) -> Range<Int> {
            let panels = share.range(LayerPacker.panels(kernel.columns), of: rank)
            return min(panels.lowerBound * LayerPacker.panel, kernel.columns)
                ..< min(panels.upperBound * LayerPacker.panel, kernel.columns)
        }
        var starts = [0]
        for rank in 0 ..< share.size {
            let count = kernels.reduce(0) { $0 + $1.range.count / $1.columns * columns($1, of: rank).count }
            starts.append(starts[rank] + count)
        }
        func copy(of rank: Int, _ body: (_ sums: UnsafeMutablePointer<Float>, _ place: Int, _ count: Int) -> Void) {
            var place = sums.base + starts[rank]
            for kernel in kernels {
                let part = columns(kernel, of: rank)
                for row in 0 ..< kernel.range.count / kernel.columns {
                    body(place, kernel.range.lowerBound + row * kernel.columns + part.lowerBound, part.count)
                    place += part.count
                }
            }
        }
        copy(of: share.rank) { $0.update(from: gradient + $1, count: $2) }
        share.finish(share.gather(sums.base) { starts[$0] ..< starts[$0 + 1] })
        for rank in 0 ..< share.size where rank != share.rank {
            copy(of: rank) { (gradient + $1).update(from: $0, count: $2) }
        }
    }
}
