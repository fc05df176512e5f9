import Synchronization

/// Counts values in buckets, as Prometheus does: each bucket holds what is at most its bound.
final class Histogram: Sendable {
    struct Snapshot: Equatable, Sendable {
        /// For each bound the number of values up to it, and last the number of all.
        let cumulative: [Int]
        let sum: Double
    }

    let bounds: [Double]
    private let state: Mutex<(counts: [Int], sum: Double)>

    /// - Parameter bounds: ascending.
    init(bounds: [Double]) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy(<), "bounds that do not ascend")
        self.bounds = bounds
        state = Mutex((Array(repeating: 0, count: bounds.count + 1), 0))
    }

    func observe(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }

    var snapshot: Snapshot {
        let (counts, sum) = state.withLock { $0 }
        var total = 0
        return Snapshot(
            cumulative: counts.map {
                total += $0
                return total
            }, sum: sum)
    }
}
