import Foundation

extension Recording.Lead {
    /// The lead as a recorder of another rate would have kept it: what is above half of the lower rate is taken out.
    ///
    /// A Hann-windowed sinc that reaches over eight periods of its cut-off on either side, scaled so that a level
    /// stays what it is, at the ends too. A sample that needs a NaN is NaN.
    ///
    /// - Parameters:
    ///   - rate: of `samples`, in Hz.
    ///   - newRate: Hz.
    /// - Precondition: both are positive.
    /// - Returns: the same name and, to less than one new sample, the same duration; sample i is at i / newRate.
    public func resampled(from rate: Double, to newRate: Double) -> Recording.Lead {
        precondition(rate > 0 && newRate > 0, "from \(rate) to \(newRate) Hz")
        guard rate != newRate, !samples.isEmpty else { return self }
        let step = rate / newRate
        let count = Int((Double(samples.count - 1) / step).rounded(.down)) + 1
        // In samples of the old rate: a cut-off in cycles, and the kernel's reach.
        let cutOff = 0.5 * min(1, 1 / step)
        let reach = 8 / (2 * cutOff)
        return Recording.Lead(
            name: name,
            samples: (0 ..< count).map { index in
                let place = Double(index) * step
                let first = max(0, Int((place - reach).rounded(.up)))
                let last = min(samples.count - 1, Int((place + reach).rounded(.down)))
                var (sum, weights) = (0.0, 0.0)
                for source in first ... last {
                    let distance = Double(source) - place
                    let weight = Self.sinc(2 * cutOff * distance) * (0.5 + 0.5 * cos(.pi * distance / reach))
                    // A zero of the kernel must not make a NaN of a NaN that it does not look at.
                    if weight == 0 { continue }
                    sum += weight * Double(samples[source])
                    weights += weight
                }
                return Float(sum / weights)
            })
    }

    private static func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(.pi * x) / (.pi * x) }
}

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
