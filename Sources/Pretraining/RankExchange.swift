import Distribution
import NeuralNetwork

/// The exchange of a step between the ranks of a job.
final class RankExchange: StepExchange {
    private let ranks: Ranks

    /// - Returns: nil for one rank.
    init?(_ ranks: Ranks) {
        guard ranks.size > 1 else { return nil }
        self.ranks = ranks
    }

    var rank: Int { ranks.rank }
    var size: Int { ranks.size }

    func begin(sending: [UnsafeRawBufferPointer], receiving: [UnsafeMutableRawBufferPointer]) -> Int {
        ranks.begin(sending: sending, receiving: receiving)
    }

    func finish(_ ticket: Int) { ranks.finish(ticket) }
}
