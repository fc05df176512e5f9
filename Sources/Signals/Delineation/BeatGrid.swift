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
    /// The same weights for eight points at a time, groups × taps, and their sums over the taps.
    private let groupWeights: [SIMD8<Float>]
    private let groupTotals: [SIMD8<Float>]

    init(samplingRate: Double) {
        let step = samplingRate / Self.rate
        guard abs(step - 1) > 1e-6 else {
            taps = 1
            firsts = (0 ..< Self.count).map { $0 - Self.before }
            weights = Array(repeating: 1, count: Self.count)
            (groupWeights, groupTotals) = ([], [])
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
        let groups = Self.groups.flatMap { start in
            (0 ..< taps).map { tap in
                var group = SIMD8<Float>()
                for lane in 0 ..< 8 { group[lane] = weights[(start + lane) * taps + tap] }
                return group
            }
        }
        groupWeights = groups
        groupTotals = stride(from: 0, to: groups.count, by: taps).map { start in
            groups[start ..< start + taps].reduce(SIMD8<Float>()) { $0 + $1 }
        }
    }

    /// The first point of each group of eight; the last two groups overlap.
    private static let groups = stride(from: 0, to: count, by: 8).map { min($0, count - 8) }

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
        for (group, start) in Self.groups.enumerated()
        where !readGroup(group, start, samples, around: center, into: window) {
            for point in start ..< start + 8 { window[point] = value(of: point, samples, around: center) }
        }
    }

    /// Writes the eight points from `start` on, with the same sums as `value(of:_:around:)`.
    ///
    /// - Returns: whether that is possible: not at a gap or at the end of the lead.
    private func readGroup(
        _ group: Int, _ start: Int, _ samples: UnsafeBufferPointer<Float>, around center: Int,
        into window: UnsafeMutablePointer<Float>
    ) -> Bool {
        guard let base = samples.baseAddress, center + firsts[start] >= 0,
            center + firsts[start + 7] + taps <= samples.count
        else { return false }
        func source(_ lane: Int) -> UnsafePointer<Float> { base + center + firsts[start + lane] }
        let (s0, s1, s2, s3) = (source(0), source(1), source(2), source(3))
        let (s4, s5, s6, s7) = (source(4), source(5), source(6), source(7))
        var sum = SIMD8<Float>()
        groupWeights.withUnsafeBufferPointer { weights in
            let weights = weights.baseAddress! + group * taps
            for tap in 0 ..< taps {
                sum +=
                    weights[tap]
                    * SIMD8(s0[tap], s1[tap], s2[tap], s3[tap], s4[tap], s5[tap], s6[tap], s7[tap])
            }
        }
        // A sum with a missing sample is NaN.
        guard all(sum .== sum) else { return false }
        UnsafeMutableRawPointer(window + start).storeBytes(of: sum / groupTotals[group], as: SIMD8<Float>.self)
        return true
    }

    /// A point of the samples that are there; NaN in a gap.
    private func value(of point: Int, _ samples: UnsafeBufferPointer<Float>, around center: Int) -> Float {
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
        return nearest > 0.6 ? sum / total : .nan
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
