import Foundation

/// Chooses QRS complexes among the candidates, by height, slope and rhythm.
///
/// Sweeps of single thresholds moved the F1 on `mitdb-ds1` by less than 0.03 points.
struct QRSSelection {
    /// The first threshold, a share of the usual height.
    var threshold: Float = 0.35
    /// The threshold's place between the local heights of noise and of complexes, 0…1.
    var noiseShare: Float = 0.13
    /// The percentile of the heights of left-out candidates that counts as noise, 0…1.
    var noisePercentile: Float = 0.7
    /// Left-out candidates to either side that count as noise.
    var noiseReach = 12
    /// Seconds to either side in which they count.
    var noisePeriod = 10.0
    /// The bounds of the threshold, in shares of the local height of complexes.
    var lowest: Float = 0.22
    var highest: Float = 0.6
    /// Seconds after a complex in which no other can follow.
    var refractoryPeriod = 0.25

    /// A beat is overdue after so many usual RR intervals.
    var searchBackGap = 1.5
    /// The share of the threshold, and of the usual slope, that an overdue beat needs.
    var searchBack: Float = 0.5
    var searchBackSlope: Float = 0.1
    /// No beat is overdue in a pause that makes up, with the short interval before it, for so many usual intervals.
    var compensation = 2.4
    /// Beats found in one gap.
    var rounds = 20

    /// Seconds in which a T wave may follow.
    var tWavePeriod = 0.36
    /// A candidate that is steeper than this share of the beat before it is no T wave; below the second it is one.
    var tWaveSlope: Float = 0.5
    var tWaveLowestSlope: Float = 0.3
    /// In between, a candidate so many times as high as the usual T wave is none.
    var tWaveExcess: Float = 1.8

    /// Seconds before a beat in which a P wave may come, and shares of the beat's height and slope that it stays below.
    var pWavePeriod = 0.3
    var pWaveHeight: Float = 0.45
    var pWaveSlope: Float = 0.6

    /// A candidate between two beats is noise where their distance is the usual one to this share, and the candidate
    /// stays below this share of their height.
    var interpolatedTolerance = 0.12
    var interpolatedHeight: Float = 0.6

    /// Returns indices of candidates, ascending.
    func selected(_ candidates: QRSCandidates, _ envelope: [Float], rate: Double) -> [Int] {
        let all = candidates.count
        var limits = [Float](repeating: threshold, count: all)
        var chosen = spaced((0 ..< all).filter { candidates.heights[$0] > threshold }, candidates, rate: rate)
        for _ in 0 ..< 2 where chosen.count > 4 {
            limits = self.limits(chosen, candidates, rate: rate)
            chosen = spaced((0 ..< all).filter { candidates.heights[$0] > limits[$0] }, candidates, rate: rate)
            chosen = withoutTWaves(chosen, candidates, envelope, rate: rate)
        }
        chosen = withoutInterpolated(withoutPWaves(chosen, candidates, rate: rate), candidates)
        for _ in 0 ..< rounds {
            let found = overdue(chosen, candidates, limits: limits, rate: rate)
            if found.isEmpty { break }
            chosen = (chosen + found).sorted()
        }
        return chosen
    }

    /// Removes the lower of two candidates within the refractory period.
    private func spaced(_ indices: [Int], _ candidates: QRSCandidates, rate: Double) -> [Int] {
        var kept: [Int] = []
        for index in indices {
            if let last = kept.last,
                Double(candidates.places[index] - candidates.places[last]) < refractoryPeriod * rate
            {
                if candidates.heights[index] > candidates.heights[last] { kept[kept.count - 1] = index }
            } else {
                kept.append(index)
            }
        }
        return kept
    }

    /// Thresholds for all candidates, between the usual heights of the chosen and the left-out ones around each.
    private func limits(_ chosen: [Int], _ candidates: QRSCandidates, rate: Double) -> [Float] {
        let all = candidates.count
        let local = localHeights(chosen, candidates)
        var isChosen = [Bool](repeating: false, count: all)
        for index in chosen { isChosen[index] = true }
        let noise = (0 ..< all).filter { !isChosen[$0] }
        var limits = [Float](repeating: 0, count: all)
        let reach = Int(noisePeriod * rate)
        var window = SortedWindow<Float>()
        // The window's bounds in `noise`: both only move forward.
        var (next, first, end) = (0, 0, 0)
        for index in 0 ..< all {
            let place = candidates.places[index]
            while next < noise.count && noise[next] < index { next += 1 }
            while end < min(noise.count, next + noiseReach), candidates.places[noise[end]] < place + reach {
                window.insert(candidates.heights[noise[end]])
                end += 1
            }
            while first < end, first < next - noiseReach || candidates.places[noise[first]] <= place - reach {
                window.remove(candidates.heights[noise[first]])
                first += 1
            }
            let near = window.values
            let level = near.count < 4 ? 0.08 : near[Int(Float(near.count - 1) * noisePercentile)]
            let limit = level + noiseShare * (local[index] - level)
            limits[index] = min(max(limit, lowest * local[index]), highest * local[index])
        }
        return limits
    }

    /// For every candidate the median height of nine chosen ones around it, in straight lines between them.
    private func localHeights(_ chosen: [Int], _ candidates: QRSCandidates) -> [Float] {
        let heights = MovingWindow.median(chosen.map { candidates.heights[$0] }, width: 9)
        var local = [Float](repeating: 0, count: candidates.count)
        var next = 0
        for index in 0 ..< candidates.count {
            while next < chosen.count && chosen[next] < index { next += 1 }
            if next == 0 {
                local[index] = heights[0]
            } else if next == chosen.count {
                local[index] = heights[chosen.count - 1]
            } else {
                let (left, right) = (candidates.places[chosen[next - 1]], candidates.places[chosen[next]])
                let share = Float(candidates.places[index] - left) / Float(right - left)
                local[index] = heights[next - 1] + share * (heights[next] - heights[next - 1])
            }
        }
        return local
    }

    /// Leaves out T waves: soon after a beat, less steep than it, and no higher than the usual one after other beats.
    private func withoutTWaves(
        _ chosen: [Int], _ candidates: QRSCandidates, _ envelope: [Float], rate: Double
    ) -> [Int] {
        let slopes = MovingWindow.median(chosen.map { candidates.slopes[$0] }, width: 9)
        var kept: [Int] = []
        for (place, index) in chosen.enumerated() {
            if let last = kept.last {
                let delay = candidates.places[index] - candidates.places[last]
                // A ventricular beat is less steep than the others, but its T wave is no steeper than theirs.
                let steepness = max(candidates.slopes[last], slopes[place])
                let slope = candidates.slopes[index] / steepness
                if Double(delay) < tWavePeriod * rate && slope < tWaveSlope {
                    let usual = usualHeight(
                        at: delay, after: chosen[max(0, place - 12) ..< min(chosen.count, place + 12)], candidates,
                        envelope, rate: rate)
                    if slope < tWaveLowestSlope || candidates.heights[index] < tWaveExcess * usual { continue }
                }
            }
            kept.append(index)
        }
        return kept
    }

    /// Leaves out P waves: shortly before a beat, and much lower and less steep than it.
    private func withoutPWaves(_ chosen: [Int], _ candidates: QRSCandidates, rate: Double) -> [Int] {
        chosen.indices.compactMap { place in
            guard place + 1 < chosen.count else { return chosen[place] }
            let (index, next) = (chosen[place], chosen[place + 1])
            let isPWave =
                Double(candidates.places[next] - candidates.places[index]) < pWavePeriod * rate
                && candidates.heights[index] < pWaveHeight * candidates.heights[next]
                && candidates.slopes[index] < pWaveSlope * candidates.slopes[next]
            return isPWave ? nil : index
        }
    }

    /// The height that the envelope reaches so long after at least three of four beats.
    private func usualHeight(
        at delay: Int, after chosen: ArraySlice<Int>, _ candidates: QRSCandidates, _ envelope: [Float], rate: Double
    ) -> Float {
        let reach = Int(0.05 * rate)
        var heights: [Float] = []
        for index in chosen {
            let center = candidates.places[index] + delay
            guard center + reach < envelope.count else { continue }
            heights.append(envelope[max(0, center - reach) ... center + reach].max()!)
        }
        heights.sort()
        return heights.isEmpty ? 0 : heights[heights.count / 4]
    }

    /// Leaves out low candidates between two beats whose distance is the usual one: noise does not disturb the rhythm.
    private func withoutInterpolated(_ chosen: [Int], _ candidates: QRSCandidates) -> [Int] {
        guard chosen.count > 4 else { return chosen }
        let intervals = zip(chosen, chosen.dropFirst()).map { Double(candidates.places[$1] - candidates.places[$0]) }
        let usual = MovingWindow.median(intervals, width: 17)
        var kept = [chosen[0]]
        for place in 1 ..< chosen.count - 1 {
            let around = Double(candidates.places[chosen[place + 1]] - candidates.places[kept.last!])
            let height = candidates.heights[chosen[place]]
            let lower = min(candidates.heights[kept.last!], candidates.heights[chosen[place + 1]])
            let isInRhythm = abs(around / usual[place] - 1) < interpolatedTolerance
            if isInRhythm && height < interpolatedHeight * lower { continue }
            kept.append(chosen[place])
        }
        kept.append(chosen[chosen.count - 1])
        return kept
    }

    /// The highest candidate in each gap that is much longer than the RR intervals around it.
    private func overdue(
        _ chosen: [Int], _ candidates: QRSCandidates, limits: [Float], rate: Double
    ) -> [Int] {
        guard chosen.count > 2 else { return [] }
        let intervals = zip(chosen, chosen.dropFirst()).map { Double(candidates.places[$1] - candidates.places[$0]) }
        let usual = MovingWindow.median(intervals, width: 9)
        let slopes = MovingWindow.median(chosen.map { candidates.slopes[$0] }, width: 9)
        var found: [Int] = []
        for (gap, interval) in intervals.enumerated() where interval > searchBackGap * usual[gap] {
            // The pause after a premature beat holds no beat.
            if gap > 0, intervals[gap - 1] < 0.85 * usual[gap],
                interval + intervals[gap - 1] < compensation * usual[gap]
            {
                continue
            }
            let (left, right) = (chosen[gap], chosen[gap + 1])
            let possible = (left + 1 ..< max(left + 1, right)).filter { index in
                Double(candidates.places[index] - candidates.places[left]) > 0.3 * rate
                    && Double(candidates.places[right] - candidates.places[index]) > 0.25 * rate
                    && candidates.heights[index] > searchBack * limits[index]
                    && candidates.slopes[index] > searchBackSlope * slopes[gap]
            }
            if let best = possible.max(by: { candidates.heights[$0] < candidates.heights[$1] }) { found.append(best) }
        }
        return found
    }
}
