/// A filter of second order: one section of a longer filter.
public struct Biquad: Sendable, Equatable {
    /// The numerator's coefficients of z⁰, z⁻¹, z⁻².
    public let numerator: SIMD3<Double>
    /// The denominator's coefficients of z⁻¹ and z⁻²; the one of z⁰ is 1.
    public let denominator: SIMD2<Double>

    public init(numerator: SIMD3<Double>, denominator: SIMD2<Double>) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// The gain for a constant signal.
    public var steadyGain: Double {
        (numerator.x + numerator.y + numerator.z) / (1 + denominator.x + denominator.y)
    }

    /// What the section remembers between samples, in the transposed direct form II.
    public struct State: Sendable, Equatable {
        var first = 0.0
        var second = 0.0
    }

    /// The state after a long time of a constant signal of that value.
    public func steadyState(_ value: Double) -> State {
        let output = steadyGain * value
        let second = numerator.z * value - denominator.y * output
        return State(first: numerator.y * value - denominator.x * output + second, second: second)
    }

    /// Filters a signal in place and keeps the state for the samples that follow.
    public func filter(_ signal: inout [Double], state: inout State) {
        var (first, second) = (state.first, state.second)
        let (b0, b1, b2) = (numerator.x, numerator.y, numerator.z)
        let (a1, a2) = (denominator.x, denominator.y)
        signal.withUnsafeMutableBufferPointer { signal in
            for index in signal.indices {
                let input = signal[index]
                let output = b0 * input + first
                first = b1 * input - a1 * output + second
                second = b2 * input - a2 * output
                signal[index] = output
            }
        }
        state = State(first: first, second: second)
    }
}
