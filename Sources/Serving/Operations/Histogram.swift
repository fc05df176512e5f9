import Synchronization

/// Counts values in buckets as Prometheus does. A bucket contains the values up to its bound.
final class Histogram: Sendable {
    struct Snapshot: Equatable, Sendable {
        /// The number of values up to each bound, followed by the number of all values.
        let cumulative: [Int]
        let sum: Double
    }

    let bounds: [Double]
    private let state: Mutex<(counts: [Int], sum: Double)>

    /// - Parameter bounds: The bounds, in ascending order.
    init(bounds: [Double]) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy(<), "bounds must be in ascending order")
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
