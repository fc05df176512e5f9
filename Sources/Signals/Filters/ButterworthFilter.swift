import Foundation

/// A Butterworth filter as a row of biquads: as flat as possible in its band.
///
/// ```swift
/// let smooth = ButterworthFilter.lowpass(order: 2, cutoff: 40, samplingRate: 500).zeroPhase(lead)
/// ```
///
/// - Source: bilinear transform of the analog prototype, as `scipy.signal.butter` designs it.
public struct ButterworthFilter: Sendable, Equatable {
    public let sections: [Biquad]

    /// Passes frequencies below `cutoff` Hz, where the gain is 1/√2.
    ///
    /// - Precondition: the order is positive and the cutoff below half the sampling rate.
    public static func lowpass(order: Int, cutoff: Double, samplingRate: Double) -> ButterworthFilter {
        let edge = warped(cutoff, samplingRate)
        let poles = prototype(order).map { $0.scaled(by: edge) }
        return ButterworthFilter(poles: poles, zeros: .low, unityAt: 0)
    }

    /// Passes frequencies above `cutoff` Hz, where the gain is 1/√2.
    ///
    /// - Precondition: the order is positive and the cutoff below half the sampling rate.
    public static func highpass(order: Int, cutoff: Double, samplingRate: Double) -> ButterworthFilter {
        let edge = warped(cutoff, samplingRate)
        let poles = prototype(order).map { $0.inverse.scaled(by: edge) }
        return ButterworthFilter(poles: poles, zeros: .high, unityAt: .pi)
    }

    /// Passes frequencies between the bounds of `band` in Hz, where the gain is 1/√2; it has 2·order poles.
    ///
    /// - Precondition: the order is positive and the band lies between 0 and half the sampling rate.
    public static func bandpass(order: Int, band: ClosedRange<Double>, samplingRate: Double) -> ButterworthFilter {
        precondition(band.lowerBound < band.upperBound, "an empty band at \(band.lowerBound) Hz")
        let (low, high) = (warped(band.lowerBound, samplingRate), warped(band.upperBound, samplingRate))
        let poles = prototype(order).flatMap { pole -> [ComplexNumber] in
            let half = pole.scaled(by: (high - low) / 2)
            let root = (half * half - ComplexNumber(low * high, 0)).squareRoot
            return [half + root, half - root]
        }
        return ButterworthFilter(poles: poles, zeros: .both, unityAt: 2 * atan((low * high).squareRoot()))
    }

    /// Returns the filtered signal, delayed as a causal filter delays it; before its start the signal is 0.
    ///
    /// A NaN in the signal makes all later samples NaN.
    public func filtered(_ signal: [Float]) -> [Float] {
        var values = signal.map(Double.init)
        for section in sections {
            var state = Biquad.State()
            section.filter(&values, state: &state)
        }
        return values.map { Float($0) }
    }

    /// Returns the signal filtered forward and backward: without delay and with the gain squared.
    ///
    /// The signal is continued at both ends by its mirror image around the end, and the filter starts in the steady
    /// state of the first value, as `scipy.signal.sosfiltfilt` does. A NaN in the signal makes all samples NaN: fill
    /// gaps first.
    public func zeroPhase(_ signal: [Float]) -> [Float] {
        guard let first = signal.first, let last = signal.last else { return [] }
        let padding = min(3 * (2 * sections.count + 1), signal.count - 1)
        var values: [Double] = []
        values.reserveCapacity(signal.count + 2 * padding)
        for distance in stride(from: padding, to: 0, by: -1) {
            values.append(2 * Double(first) - Double(signal[distance]))
        }
        for value in signal { values.append(Double(value)) }
        for distance in 0 ..< padding {
            values.append(2 * Double(last) - Double(signal[signal.count - 2 - distance]))
        }
        for _ in 0 ..< 2 {
            var level = values[0]
            for section in sections {
                var state = section.steadyState(level)
                section.filter(&values, state: &state)
                level *= section.steadyGain
            }
            values.reverse()
        }
        return values[padding ..< padding + signal.count].map { Float($0) }
    }

    /// The gain at a frequency in Hz, of one pass.
    public func gain(at frequency: Double, samplingRate: Double) -> Double {
        let angle = 2 * .pi * frequency / samplingRate
        return sections.reduce(1) { $0 * $1.response(at: angle).magnitude }
    }
}

extension ButterworthFilter {
    private enum Zeros { case low, high, both }

    /// The analog frequency that the bilinear transform maps to `frequency`.
    private static func warped(_ frequency: Double, _ samplingRate: Double) -> Double {
        precondition(
            frequency > 0 && frequency < samplingRate / 2, "an edge of \(frequency) Hz at \(samplingRate) Hz")
        return tan(.pi * frequency / samplingRate)
    }

    /// The poles of the analog lowpass of cutoff 1, in the left half of the unit circle.
    private static func prototype(_ order: Int) -> [ComplexNumber] {
        precondition(order > 0, "a filter of order \(order)")
        return (0 ..< order).map { number in
            let angle = .pi * Double(2 * number + order + 1) / Double(2 * order)
            return ComplexNumber(cos(angle), 2 * number + 1 == order ? 0 : sin(angle))
        }
    }

    /// - Parameters:
    ///   - poles: analog; complex ones come with their conjugates.
    ///   - unityAt: the angle at which the gain is 1.
    private init(poles: [ComplexNumber], zeros: Zeros, unityAt angle: Double) {
        let one = ComplexNumber(1, 0)
        let digital = poles.map { (one + $0) / (one - $0) }
        let limit = 1e-12
        // Pairs of conjugates, then real poles two by two.
        var denominators = digital.filter { $0.imaginary > limit }.map { pole in
            SIMD2(-2 * pole.real, pole.real * pole.real + pole.imaginary * pole.imaginary)
        }
        let real = digital.filter { abs($0.imaginary) <= limit }.map(\.real)
        for index in stride(from: 0, to: real.count - 1, by: 2) {
            denominators.append(SIMD2(-(real[index] + real[index + 1]), real[index] * real[index + 1]))
        }
        var found = denominators.map { denominator in
            let numerator: SIMD3<Double> =
                switch zeros {
                case .low: SIMD3(1, 2, 1)
                case .high: SIMD3(1, -2, 1)
                case .both: SIMD3(1, 0, -1)
                }
            return Biquad(numerator: numerator, denominator: denominator)
        }
        if real.count % 2 == 1 {
            found.append(
                Biquad(
                    numerator: zeros == .low ? SIMD3(1, 1, 0) : SIMD3(1, -1, 0), denominator: SIMD2(-real.last!, 0)))
        }
        sections = found.map { section in
            let gain = section.response(at: angle).magnitude
            return Biquad(numerator: section.numerator / gain, denominator: section.denominator)
        }
    }
}

extension Biquad {
    /// The frequency response at an angle in radians per sample.
    fileprivate func response(at angle: Double) -> ComplexNumber {
        let back = ComplexNumber(cos(angle), -sin(angle))
        let twice = back * back
        let above = ComplexNumber(numerator.x, 0) + back.scaled(by: numerator.y) + twice.scaled(by: numerator.z)
        let below = ComplexNumber(1, 0) + back.scaled(by: denominator.x) + twice.scaled(by: denominator.y)
        return above / below
    }
}

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

    /// Values that a section keeps between samples, in the transposed direct form II.
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

/// A complex number, as far as the design of filters needs it.
struct ComplexNumber: Equatable {
    var real: Double
    var imaginary: Double

    init(_ real: Double, _ imaginary: Double) {
        self.real = real
        self.imaginary = imaginary
    }

    var magnitude: Double { (real * real + imaginary * imaginary).squareRoot() }

    var inverse: ComplexNumber {
        let norm = real * real + imaginary * imaginary
        return ComplexNumber(real / norm, -imaginary / norm)
    }

    /// The root in the right half plane.
    var squareRoot: ComplexNumber {
        let size = magnitude
        let first = ((size + real) / 2).squareRoot()
        let second = ((size - real) / 2).squareRoot()
        return ComplexNumber(first, imaginary < 0 ? -second : second)
    }

    func scaled(by factor: Double) -> ComplexNumber { ComplexNumber(real * factor, imaginary * factor) }

    static func + (left: ComplexNumber, right: ComplexNumber) -> ComplexNumber {
        ComplexNumber(left.real + right.real, left.imaginary + right.imaginary)
    }

    static func - (left: ComplexNumber, right: ComplexNumber) -> ComplexNumber {
        ComplexNumber(left.real - right.real, left.imaginary - right.imaginary)
    }

    static func * (left: ComplexNumber, right: ComplexNumber) -> ComplexNumber {
        ComplexNumber(
            left.real * right.real - left.imaginary * right.imaginary,
            left.real * right.imaginary + left.imaginary * right.real)
    }

    static func / (left: ComplexNumber, right: ComplexNumber) -> ComplexNumber { left * right.inverse }
}
