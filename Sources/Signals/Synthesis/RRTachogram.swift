import Foundation
import LinearAlgebra

/// The changing RR interval of a sinus rhythm, by its spectrum: Mayer waves at a low frequency, breathing at a high one.
///
/// The power spectrum is the sum of two Gaussians whose areas have the asked ratio; a series of that spectrum comes
/// from random phases.
///
/// - Source: McSharry, Clifford, Tarassenko & Smith, IEEE Trans. Biomed. Eng. 50 (2003), section II.
public struct RRTachogram: Sendable, Equatable {
    /// Seconds.
    public var mean: Double
    /// Seconds.
    public var standardDeviation: Double
    /// Power around the low frequency divided by the power around the high one.
    public var lowToHighRatio: Double
    /// Hz.
    public var lowFrequency: Double
    /// Hz: the breathing rate.
    public var highFrequency: Double
    /// Standard deviation of both spectral peaks in Hz.
    public var bandwidth: Double

    /// - Precondition: `mean` and `bandwidth` are positive, `standardDeviation` and `lowToHighRatio` not negative.
    public init(
        mean: Double, standardDeviation: Double, lowToHighRatio: Double = 0.5, lowFrequency: Double = 0.1,
        highFrequency: Double = 0.25, bandwidth: Double = 0.01
    ) {
        precondition(mean > 0 && bandwidth > 0, "mean \(mean) s and bandwidth \(bandwidth) Hz must be positive")
        precondition(standardDeviation >= 0 && lowToHighRatio >= 0, "a negative deviation or ratio")
        self.mean = mean
        self.standardDeviation = standardDeviation
        self.lowToHighRatio = lowToHighRatio
        self.lowFrequency = lowFrequency
        self.highFrequency = highFrequency
        self.bandwidth = bandwidth
    }

    /// Consecutive RR intervals in seconds, read from one random series at the times of the beats.
    public func intervals(_ count: Int, using generator: inout SeededGenerator) -> [Double] {
        let series = Series(of: self, using: &generator)
        var time = 0.0
        return (0 ..< count).map { _ in
            let interval = series.value(at: time)
            time += interval
            return interval
        }
    }
}

extension RRTachogram {
    /// One series of the spectrum: a sum of cosines at multiples of 1/`period`, so its mean and standard deviation
    /// over a period are exactly those asked for.
    struct Series {
        /// Seconds.
        static let period = 200.0
        /// RR intervals stay above this share of the mean, however large a deviation was asked for.
        static let least = 0.3

        let mean: Double
        private let amplitudes: [Double]
        private let phases: [Double]

        init(of tachogram: RRTachogram, using generator: inout SeededGenerator) {
            mean = tachogram.mean
            let terms = Int(((tachogram.highFrequency + 5 * tachogram.bandwidth) * Series.period).rounded(.up))
            let power = (1 ... terms).map { tachogram.power(at: Double($0) / Series.period) }
            let total = power.reduce(0, +)
            // A cosine of amplitude A has the variance A²/2.
            amplitudes = power.map { tachogram.standardDeviation * (2 * $0 / total).squareRoot() }
            phases = power.map { _ in 2 * .pi * generator.uniform() }
        }

        /// The RR interval that begins at `time`, in seconds.
        func value(at time: Double) -> Double {
            var sum = mean
            for (index, amplitude) in amplitudes.enumerated() where amplitude > 0 {
                sum += amplitude * cos(2 * .pi * Double(index + 1) * time / Series.period + phases[index])
            }
            return max(sum, Series.least * mean)
        }
    }

    /// The spectrum at `frequency` Hz, up to a factor.
    private func power(at frequency: Double) -> Double {
        func peak(at center: Double) -> Double {
            let distance = (frequency - center) / bandwidth
            return exp(-distance * distance / 2)
        }
        return lowToHighRatio * peak(at: lowFrequency) + peak(at: highFrequency)
    }
}
