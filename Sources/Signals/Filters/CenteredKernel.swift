import Foundation

/// A finite impulse response around the sample itself, either even or odd: a filter without delay.
public struct CenteredKernel: Sendable, Equatable {
    public enum Symmetry: Sendable { case even, odd }

    public let symmetry: Symmetry
    /// Weights at distances 0, 1, 2, …; the weight at −d is the one at d, negated for an odd kernel.
    public let half: [Float]

    /// - Precondition: `half` is not empty and starts with 0 for an odd kernel.
    public init(symmetry: Symmetry, half: [Float]) {
        precondition(!half.isEmpty, "a kernel without weights")
        precondition(symmetry == .even || half[0] == 0, "an odd kernel with a weight of \(half[0]) at 0")
        self.symmetry = symmetry
        self.half = half
    }

    /// Makes the kernel whose frequency response is `response`, shortened to `reach` by a Hann window.
    ///
    /// An even kernel has that response, an odd one has it times i, as a derivative has.
    ///
    /// - Parameters:
    ///   - reach: seconds to either side.
    ///   - response: the gain at a frequency in Hz.
    public init(symmetry: Symmetry, samplingRate: Double, reach: Double, response: (Double) -> Double) {
        let count = max(1, Int((reach * samplingRate).rounded()))
        let steps = 512
        let gains = (0 ..< steps).map { response((Double($0) + 0.5) / Double(steps) * samplingRate / 2) }
        half = (0 ... count).map { distance in
            var sum = 0.0
            for (step, gain) in gains.enumerated() {
                let angle = .pi * (Double(step) + 0.5) / Double(steps) * Double(distance)
                sum += gain * (symmetry == .even ? cos(angle) : -sin(angle))
            }
            let window = 0.5 + 0.5 * cos(.pi * Double(distance) / Double(count + 1))
            return Float(sum / Double(steps) * window)
        }
        self.symmetry = symmetry
    }

    /// The gain at a frequency in Hz; of an odd kernel the imaginary part.
    public func gain(at frequency: Double, samplingRate: Double) -> Double {
        half.indices.reduce(0.0) { sum, distance in
            let angle = 2 * .pi * frequency / samplingRate * Double(distance)
            let weight = Double(half[distance])
            if distance == 0 { return weight }
            return sum + 2 * weight * (symmetry == .even ? cos(angle) : -sin(angle))
        }
    }

    /// Returns the filtered signal, as long as the signal, which keeps its first and last value beyond its ends.
    ///
    /// The result at n is the sum of weight(d) · signal[n − d].
    public func filtered(_ signal: [Float]) -> [Float] {
        guard let first = signal.first, let last = signal.last else { return [] }
        let reach = half.count - 1
        let padded = [Float](repeating: first, count: reach) + signal + [Float](repeating: last, count: reach + 8)
        let stride = MemoryLayout<Float>.stride
        // Eight results at a time; the last ones may lie beyond the end, where there is room for them.
        return [Float](unsafeUninitializedCapacity: signal.count + 8) { result, initialized in
            let output = UnsafeMutableRawBufferPointer(result)
            padded.withUnsafeBytes { bytes in
                half.withUnsafeBufferPointer { half in
                    func eight(_ place: Int) -> SIMD8<Float> {
                        bytes.loadUnaligned(fromByteOffset: place * stride, as: SIMD8<Float>.self)
                    }
                    for place in Swift.stride(from: 0, to: signal.count, by: 8) {
                        let center = place + reach
                        var sum = half[0] * eight(center)
                        if symmetry == .even {
                            for distance in half.indices.dropFirst() {
                                sum += half[distance] * (eight(center - distance) + eight(center + distance))
                            }
                        } else {
                            for distance in half.indices.dropFirst() {
                                sum += half[distance] * (eight(center - distance) - eight(center + distance))
                            }
                        }
                        output.storeBytes(of: sum, toByteOffset: place * stride, as: SIMD8<Float>.self)
                    }
                }
            }
            initialized = signal.count
        }
    }
}
