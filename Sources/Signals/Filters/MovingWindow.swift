/// Statistics of the samples around each sample.
public enum MovingWindow {
    /// Returns the mean over `width` samples around each one; windows are cut off at the ends.
    ///
    /// Each window is summed afresh in the same order: the result at a sample depends on the samples of its window
    /// only.
    ///
    /// - Precondition: `width` is odd and positive.
    public static func mean(_ signal: [Float], width: Int) -> [Float] {
        precondition(width > 0 && width % 2 == 1, "a window of \(width) samples")
        let reach = width / 2
        let count = signal.count
        return [Float](unsafeUninitializedCapacity: count) { result, initialized in
            let output = UnsafeMutableRawBufferPointer(result)
            signal.withUnsafeBufferPointer { signal in
                var index = 0
                while index < count {
                    let isInside = index >= reach && index + 8 + reach <= count
                    if isInside {
                        var sum = SIMD8<Float>()
                        let bytes = UnsafeRawBufferPointer(signal)
                        for place in index - reach ... index + reach {
                            sum += bytes.loadUnaligned(fromByteOffset: place * 4, as: SIMD8<Float>.self)
                        }
                        sum /= Float(width)
                        output.storeBytes(of: sum, toByteOffset: index * 4, as: SIMD8<Float>.self)
                        index += 8
                    } else {
                        let window = max(0, index - reach) ... min(count - 1, index + reach)
                        var sum: Float = 0
                        for place in window { sum += signal[place] }
                        result[index] = sum / Float(window.count)
                        index += 1
                    }
                }
            }
            initialized = count
        }
    }

    /// Returns the median of up to `width` values around each one; windows are cut off at the ends.
    ///
    /// NaN values are left out; a window of NaN only gives NaN. The median of an even number of values is the mean of
    /// the middle two.
    ///
    /// - Precondition: `width` is odd and positive.
    public static func median<Value: BinaryFloatingPoint>(_ values: [Value], width: Int) -> [Value] {
        moving(values, width: width) { $0.median }
    }

    /// Returns a percentile of up to `width` values around each one, as `median` does.
    ///
    /// - Parameter share: 0…1; the value whose rank is that share of the window, rounded down.
    public static func percentile<Value: BinaryFloatingPoint>(
        _ values: [Value], width: Int, share: Double
    ) -> [Value] {
        moving(values, width: width) { window in
            window.values.isEmpty ? .nan : window.values[Int(Double(window.values.count - 1) * share)]
        }
    }

    private static func moving<Value: BinaryFloatingPoint>(
        _ values: [Value], width: Int, _ statistic: (SortedWindow<Value>) -> Value
    ) -> [Value] {
        precondition(width > 0 && width % 2 == 1, "a window of \(width) values")
        let reach = width / 2
        var window = SortedWindow<Value>()
        var results: [Value] = []
        results.reserveCapacity(values.count)
        for value in values.prefix(reach) where !value.isNaN { window.insert(value) }
        for index in values.indices {
            if index + reach < values.count, !values[index + reach].isNaN { window.insert(values[index + reach]) }
            if index > reach, !values[index - reach - 1].isNaN { window.remove(values[index - reach - 1]) }
            results.append(statistic(window))
        }
        return results
    }

    /// Returns the median of the values that are not NaN; NaN where there are none.
    public static func median<Value: BinaryFloatingPoint>(of values: some Sequence<Value>) -> Value {
        let sorted = values.filter { !$0.isNaN }.sorted()
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

/// The values of a moving window in ascending order: a value comes and another goes without sorting again.
package struct SortedWindow<Value: Comparable> {
    private(set) var values: [Value] = []

    package init() {}

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
    package mutating func insert(_ value: Value) { values.insert(value, at: place(of: value)) }

    /// - Precondition: the window has the value.
    package mutating func remove(_ value: Value) {
        let place = place(of: value)
        precondition(place < values.count && values[place] == value, "a value that is not in the window")
        values.remove(at: place)
    }
}

extension SortedWindow where Value: BinaryFloatingPoint {
    /// The middle value or the mean of the middle two; NaN without values.
    package var median: Value {
        guard !values.isEmpty else { return .nan }
        let middle = values.count / 2
        return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
    }
}
