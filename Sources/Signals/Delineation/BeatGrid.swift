import Foundation

/// Reads the surroundings of a beat at 500 Hz, whatever the rate of the recording.
///
/// All thresholds of the delineation are times and slopes on this grid. A recording of another rate is interpolated by
/// a Hann-windowed sinc that is cut off at half of the lower rate.
struct BeatGrid {
    /// Hz.
    static let rate = 500.0
    /// Points before the fiducial point: 520 ms, room for a P wave 400 ms before a wide QRS complex.
    static let before = 260
    /// Points of a window: the last one is 800 ms after the fiducial point.
    static let count = 661

    /// Taps of the interpolation; 1 where the recording has 500 Hz.
    private let taps: Int
    /// The first source sample of each point, relative to the fiducial point.
    private let firsts: [Int]
    /// count × taps.
    private let weights: [Float]

    init(samplingRate: Double) {
        let step = samplingRate / Self.rate
        guard abs(step - 1) > 1e-6 else {
            taps = 1
            firsts = (0 ..< Self.count).map { $0 - Self.before }
            weights = Array(repeating: 1, count: Self.count)
            return
        }
        // Cycles per source sample, and eight zero crossings on either side.
        let cutOff = 0.5 * min(1, 1 / step)
        let reach = 4 / cutOff
        let taps = 2 * Int(reach.rounded(.up))
        var firsts: [Int] = []
        var weights: [Float] = []
        for point in 0 ..< Self.count {
            let place = Double(point - Self.before) * step
            let first = Int(place.rounded(.down)) - taps / 2 + 1
            firsts.append(first)
            for tap in 0 ..< taps {
                let distance = Double(first + tap) - place
                let angle = 2 * .pi * cutOff * distance
                let sinc = abs(angle) < 1e-9 ? 1 : sin(angle) / angle
                let window = abs(distance) < reach ? 0.5 + 0.5 * cos(.pi * distance / reach) : 0
                weights.append(Float(sinc * window))
            }
        }
        (self.taps, self.firsts, self.weights) = (taps, firsts, weights)
    }

    /// The samples that a window around a sample is made of.
    func reach(around center: Int) -> Range<Int> {
        center + firsts[0] ..< center + firsts[Self.count - 1] + taps
    }

    /// Writes the window around a sample of a lead, in mV; NaN outside the lead and in its gaps.
    ///
    /// A point next to a gap is made of the samples that are there.
    func read(_ samples: UnsafeBufferPointer<Float>, around center: Int, into window: UnsafeMutablePointer<Float>) {
        if taps == 1 {
            for point in 0 ..< Self.count {
                let place = center + firsts[point]
                window[point] = place >= 0 && place < samples.count ? samples[place] : .nan
            }
            return
        }
        weights.withUnsafeBufferPointer { weights in
            for point in 0 ..< Self.count {
                let first = center + firsts[point]
                let (from, to) = (max(0, -first), min(taps, samples.count - first))
                var (sum, total, nearest): (Float, Float, Float) = (0, 0, 0)
                for tap in stride(from: from, to: to, by: 1) {
                    let value = samples[first + tap]
                    let weight = weights[point * taps + tap]
                    guard value == value else { continue }
                    sum += weight * value
                    total += weight
                    nearest = max(nearest, weight)
                }
                // Half a sample from a source sample its weight is 0.63; farther away nothing was recorded.
                window[point] = nearest > 0.6 ? sum / total : .nan
            }
        }
    }
}

/// A wave on the 500 Hz grid of `BeatGrid`.
package struct GridWave: Sendable, Equatable {
    package var onset: Int
    package var peak: Int
    package var end: Int

    /// The wave so many points later.
    func moved(by lag: Int) -> GridWave { GridWave(onset: onset + lag, peak: peak + lag, end: end + lag) }

    /// The times after the fiducial point.
    ///
    /// - Parameter fiducial: seconds of the fiducial point on the clock of the result.
    func times(fiducial: Double) -> WaveTimes {
        let seconds = { (point: Int) in fiducial + Double(point - BeatGrid.before) / BeatGrid.rate }
        return WaveTimes(onset: seconds(onset), peak: seconds(peak), end: seconds(end))
    }

    /// The weighted median of each boundary over several leads.
    ///
    /// - Parameter waves: of each lead, with weights that are not negative.
    static func median(of waves: [(wave: GridWave, weight: Float)]) -> GridWave? {
        let waves = waves.filter { $0.weight > 0 }
        guard !waves.isEmpty else { return nil }
        let half = waves.reduce(0) { $0 + $1.weight } / 2
        func middle(_ boundary: KeyPath<GridWave, Int>) -> Int {
            let sorted = waves.sorted { $0.wave[keyPath: boundary] < $1.wave[keyPath: boundary] }
            var sum: Float = 0
            for (wave, weight) in sorted {
                sum += weight
                if sum >= half { return wave[keyPath: boundary] }
            }
            return sorted[sorted.count - 1].wave[keyPath: boundary]
        }
        let peak = middle(\.peak)
        return GridWave(onset: min(peak, middle(\.onset)), peak: peak, end: max(peak, middle(\.end)))
    }
}
