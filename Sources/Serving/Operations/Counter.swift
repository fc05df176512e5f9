import Synchronization

/// A metric that only increases, with a value for each combination of labels.
final class Counter: Sendable {
    let name: String
    let help: String
    /// The names of the labels.
    let labels: [String]
    private let counts = Mutex<[[String]: Int]>([:])

    /// - Parameter name: By the conventions of Prometheus, it ends with `_total`.
    init(_ name: String, labels: [String], help: String) {
        precondition(name.hasSuffix("_total"), "the name of a counter ends with _total")
        (self.name, self.labels, self.help) = (name, labels, help)
    }

    /// - Parameters:
    ///   - values: The values of the labels, in order. They never come from a client.
    ///   - count: The increase; 0 makes the value visible before the first increase.
    func add(_ values: String..., count: Int = 1) {
        precondition(values.count == labels.count, "\(name) has the labels \(labels)")
        counts.withLock { $0[values, default: 0] += count }
    }

    /// The values by their labels, sorted by label.
    var values: [(labels: [String], count: Int)] {
        counts.withLock { $0 }.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
    }
}
