import Foundation

/// Chooses QRS complexes among the candidates, by height, slope and rhythm.
struct QRSSelection {
    /// In shares of the usual height.
    var threshold: Float = 0.35
    /// Seconds.
    var refractoryPeriod = 0.25
    /// In shares of the usual height, where a beat is overdue.
    var searchBackThreshold: Float = 0.16
    /// In shares of the usual RR interval.
    var searchBackGap = 1.5
    /// Seconds in which a T wave may follow.
    var tWavePeriod = 0.36
    var tWaveSlope: Float = 0.5

    /// Returns indices of candidates, ascending.
    func selected(_ candidates: QRSCandidates, rate: Double) -> [Int] {
        let all = candidates.count
        var local = [Float](repeating: 1, count: all)
        var chosen = spaced((0 ..< all).filter { candidates.heights[$0] > threshold }, candidates, rate: rate)
        if chosen.count > 8 {
            local = localHeights(chosen, candidates)
            chosen = spaced(
                (0 ..< all).filter { candidates.heights[$0] > threshold * min(1.1, local[$0]) }, candidates,
                rate: rate)
        }
        chosen = withoutTWaves(chosen, candidates, rate: rate)
        for _ in 0 ..< 2 {
            let found = overdue(chosen, candidates, local: local, rate: rate)
            if found.isEmpty { break }
            chosen = (chosen + found).sorted()
        }
        return chosen
    }

    /// Of two within the refractory period the higher one stays.
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

    private func withoutTWaves(_ chosen: [Int], _ candidates: QRSCandidates, rate: Double) -> [Int] {
        var kept: [Int] = []
        for index in chosen {
            if let last = kept.last,
                Double(candidates.places[index] - candidates.places[last]) < tWavePeriod * rate,
                candidates.slopes[index] < tWaveSlope * candidates.slopes[last]
            {
                continue
            }
            kept.append(index)
        }
        return kept
    }

    /// The highest candidate in each gap that is much longer than the RR intervals around it.
    private func overdue(
        _ chosen: [Int], _ candidates: QRSCandidates, local: [Float], rate: Double
    ) -> [Int] {
        guard chosen.count > 2 else { return [] }
        let intervals = zip(chosen, chosen.dropFirst()).map { Double(candidates.places[$1] - candidates.places[$0]) }
        let usual = MovingWindow.median(intervals, width: 9)
        var found: [Int] = []
        for (gap, interval) in intervals.enumerated() where interval > searchBackGap * usual[gap] {
            let (left, right) = (chosen[gap], chosen[gap + 1])
            let possible = (left + 1 ..< max(left + 1, right)).filter { index in
                Double(candidates.places[index] - candidates.places[left]) > 0.3 * rate
                    && Double(candidates.places[right] - candidates.places[index]) > 0.25 * rate
                    && candidates.heights[index] > searchBackThreshold * local[index]
            }
            if let best = possible.max(by: { candidates.heights[$0] < candidates.heights[$1] }) { found.append(best) }
        }
        return found
    }
}
