import Synchronization

/// Samples that are read from their source when they are needed, block by block.
///
/// Blocks that were used last stay in memory, because beats are read one after the other and lead by lead.
final class StoredSamples: Sendable {
    let sampleCount: Int
    private let read: @Sendable (Range<Int>) throws -> [[Float]]
    /// Samples of a lead in a block: half a minute at 250 Hz.
    private let blockLength = 8192
    /// Blocks in memory: about 24 MB of samples, and never less than a few minutes.
    private let blockLimit: Int
    private let state = Mutex(State())

    private struct State {
        /// Leads × samples by the number of the block.
        var blocks: [Int: [[Float]]] = [:]
        /// The number of the latest use of each block.
        var uses: [Int: Int] = [:]
        var useCount = 0
        var failure: (any Error)?
    }

    init<Source: SampleSource & Sendable>(_ source: Source) {
        sampleCount = source.sampleCount
        read = { try source.samples(in: $0) }
        blockLimit = max(16, (24 << 20) / (4 * blockLength * max(1, source.leadNames.count)))
    }

    /// The first error of the source.
    var failure: (any Error)? { state.withLock { $0.failure } }

    /// Returns samples of a lead; NaN where the source has an error.
    func samples(of lead: Int, in range: Range<Int>) -> [Float] {
        precondition(range.lowerBound >= 0 && range.upperBound <= sampleCount, "samples \(range) of \(sampleCount)")
        return [Float](unsafeUninitializedCapacity: range.count) { result, initialized in
            var place = range.lowerBound
            while place < range.upperBound {
                let number = place / blockLength
                let end = min(range.upperBound, (number + 1) * blockLength)
                let block = block(number)
                for index in place ..< end {
                    (result.baseAddress! + index - range.lowerBound).initialize(
                        to: block.map { $0[lead][index - number * blockLength] } ?? .nan)
                }
                place = end
            }
            initialized = range.count
        }
    }

    /// Returns a block; nil if it cannot be read.
    private func block(_ number: Int) -> [[Float]]? {
        state.withLock { state in
            state.useCount += 1
            if let block = state.blocks[number] {
                state.uses[number] = state.useCount
                return block
            }
            let range = number * blockLength ..< min(sampleCount, (number + 1) * blockLength)
            do {
                let block = try read(range)
                if state.blocks.count >= blockLimit, let oldest = state.uses.min(by: { $0.value < $1.value }) {
                    state.blocks[oldest.key] = nil
                    state.uses[oldest.key] = nil
                }
                state.blocks[number] = block
                state.uses[number] = state.useCount
                return block
            } catch {
                if state.failure == nil { state.failure = error }
                return nil
            }
        }
    }
}
