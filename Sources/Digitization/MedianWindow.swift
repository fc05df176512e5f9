/// The median of values that come and go, for example of a window that moves along a trace. Missing values (NaN) do not
/// count.
struct MedianWindow {
    private var sorted: [Float] = []

    /// The median; the upper of the two middle values of an even number, nil without values.
    var median: Float? { sorted.isEmpty ? nil : sorted[sorted.count / 2] }

    mutating func insert(_ value: Float) {
        if !value.isNaN { sorted.insert(value, at: place(of: value)) }
    }

    /// Removes a value that was inserted.
    mutating func remove(_ value: Float) {
        guard !value.isNaN else { return }
        let place = place(of: value)
        precondition(place < sorted.count && sorted[place] == value, "\(value) is not in the window")
        sorted.remove(at: place)
    }

    /// The index of the first value that is not less than `value`.
    private func place(of value: Float) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
