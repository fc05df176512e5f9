/// The exchange of data between processes that compute the steps of a training together.
///
/// Each process computes some of the pieces of a batch, and all of them make the same calls in the same order. An
/// implementation that loses a process must end this one, because a step cannot go on without it.
public protocol StepExchange: AnyObject, Sendable {
    /// The number of this process, from 0.
    var rank: Int { get }
    /// The number of processes.
    var size: Int { get }

    /// Starts to send one buffer to each process and to receive one from each. Empty buffers, and those of this process
    /// itself, take no message.
    ///
    /// - Returns: a number for `finish`. The buffers stay valid and unchanged until then.
    func begin(sending: [UnsafeRawBufferPointer], receiving: [UnsafeMutableRawBufferPointer]) -> Int
    /// Waits until everything is sent and received.
    func finish(_ ticket: Int)
}

/// The part of a process in a step: pieces of the batch, and panels of the kernels.
///
/// The pieces do not depend on the number of processes, and sums over them are added in their order. So a step is
/// bit-identical for any number of processes.
struct TrainingShare: Sendable {
    /// Nil for one process.
    let exchange: (any StepExchange)?
    let rank: Int
    let size: Int

    init(_ exchange: (any StepExchange)?) {
        self.exchange = exchange.flatMap { $0.size > 1 ? $0 : nil }
        (rank, size) = self.exchange.map { ($0.rank, $0.size) } ?? (0, 1)
    }

    /// Returns the range of 0 ..< count that belongs to a process.
    func range(_ count: Int, of rank: Int) -> Range<Int> { count * rank / size ..< count * (rank + 1) / size }

    func own(_ count: Int) -> Range<Int> { range(count, of: rank) }

    /// Returns the images of a process, which are those of its pieces.
    func images(_ pieces: TrainingPieces, of rank: Int) -> Range<Int> {
        let own = range(pieces.count, of: rank)
        func start(_ piece: Int) -> Int { pieces.images * piece / max(pieces.count, 1) }
        return start(own.lowerBound) ..< start(own.upperBound)
    }

    /// Returns the maximum number of images of this process in a batch of up to `batchSize`.
    func mostImages(batchSize: Int) -> Int {
        (1 ... batchSize).map { images(TrainingPieces(images: $0), of: rank).count }.max() ?? 0
    }

    /// Fills in the parts that other processes have computed.
    ///
    /// - Parameter parts: the range of each process, in elements of `base`.
    /// - Returns: a number for `finish`.
    func gather<Value>(_ base: UnsafeMutablePointer<Value>, _ parts: (_ rank: Int) -> Range<Int>) -> Int? {
        guard let exchange else { return nil }
        func buffer(_ rank: Int) -> UnsafeMutableRawBufferPointer {
            let part = parts(rank)
            return UnsafeMutableRawBufferPointer(
                UnsafeMutableBufferPointer(start: base + part.lowerBound, count: part.count))
        }
        let own = UnsafeRawBufferPointer(buffer(rank))
        return exchange.begin(
            sending: Array(repeating: own, count: size), receiving: (0 ..< size).map(buffer))
    }

    func finish(_ ticket: Int?) {
        if let exchange, let ticket { exchange.finish(ticket) }
    }
}
