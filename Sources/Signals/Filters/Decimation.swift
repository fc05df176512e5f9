/// Lowers a signal's sampling rate by a whole factor.
public enum Decimation {
    /// Returns every factor-th sample of the signal after a triangular mean over 2·factor − 1 samples.
    ///
    /// The mean is centered, so that sample k of the result is at sample k·factor of the signal. It passes 95 % at a
    /// tenth of the new rate, 41 % at half of it, and nothing at the new rate. Beyond its ends the signal keeps its
    /// first and last value. A result whose mean needs a NaN is NaN.
    ///
    /// - Precondition: `factor` is positive.
    public static func decimated(_ signal: [Float], by factor: Int) -> [Float] {
        precondition(factor > 0, "a decimation factor of \(factor)")
        guard factor > 1, !signal.isEmpty else { return signal }
        let count = (signal.count - 1) / factor + 1
        let scale = 1 / Float(factor * factor)
        return [Float](unsafeUninitializedCapacity: count) { result, initialized in
            signal.withUnsafeBufferPointer { signal in
                for index in 0 ..< count {
                    let center = index * factor
                    var sum = Float(factor) * signal[center]
                    if center >= factor - 1, center + factor <= signal.count {
                        for distance in 1 ..< factor {
                            sum += Float(factor - distance) * (signal[center - distance] + signal[center + distance])
                        }
                    } else {
                        for distance in 1 ..< factor {
                            sum +=
                                Float(factor - distance)
                                * (signal[max(0, center - distance)] + signal[min(signal.count - 1, center + distance)])
                        }
                    }
                    result[index] = sum * scale
                }
            }
            initialized = count
        }
    }
}
