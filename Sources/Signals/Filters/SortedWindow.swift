/// The values of a moving window in ascending order: a value comes and another goes without sorting again.
struct SortedWindow<Value: Comparable> {
    private(set) var values: [Value] = []

    /// The place of the first value that is not below `value`.
    private func place(of value: Value) -> Int {
        var (low, high) = (0, values.count)
        while low < high {
            let middle = (low + high) / 2
            if values[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// - Precondition: the value is equal to itself, so it is not NaN.
    mutating func insert(_ value: Value) { values.insert(value, at: place(of: value)) }

    /// - Precondition: the window has the value.
    mutating func remove(_ value: Value) {
        let place = place(of: value)
        precondition(place < values.count && values[place] == value, "a value that is not in the window")
        values.remove(at: place)
    }
}

extension SortedWindow where Value: BinaryFloatingPoint {
    /// The middle value or the mean of the middle two; NaN without values.
    var median: Value {
        guard !values.isEmpty else { return .nan }
        let middle = values.count / 2
        return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
    }
}
