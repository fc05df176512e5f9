import Foundation

/// One lead of a piece, decimated to the detector's working rate and without gaps.
struct WorkingLead {
    /// mV; gaps are filled with straight lines.
    var values: [Float]
    /// 1 where the lead has a signal, 0 in gaps and where it is flat or at a rail.
    var isValid: [Float]
    /// The share of samples that are not NaN.
    var coverage = 0.0
    var flatCount = 0
    var railedCount = 0

    /// - Parameters:
    ///   - samples: mV at the recording's rate.
    ///   - factor: the recording's rate over the working rate.
    ///   - rate: the working rate in Hz.
    init(_ samples: [Float], factor: Int, rate: Double) {
        values = Decimation.decimated(samples, by: factor)
        isValid = [Float](repeating: 1, count: values.count)
        var found = 0
        for index in values.indices {
            // Larger values are no voltages of a heart, and their squares would overflow.
            if abs(values[index]) < 1e4 { found += 1 } else { isValid[index] = 0 }
        }
        coverage = values.isEmpty ? 0 : Double(found) / Double(values.count)
        markConstants(rate: rate)
        fillGaps()
    }

    /// Marks constant runs: of 0.1 s at the lead's limits, of 2 s elsewhere.
    private mutating func markConstants(rate: Double) {
        let railed = max(4, Int(0.1 * rate))
        let flat = max(railed, Int(2 * rate))
        var runs: [Range<Int>] = []
        var (lowest, highest) = (Float.infinity, -Float.infinity)
        var start = 0
        values.withUnsafeBufferPointer { values in
            for index in 0 ..< values.count {
                let value = values[index]
                if value < lowest && value > -1e4 { lowest = value }
                if value > highest && value < 1e4 { highest = value }
                if index > 0 && value != values[index - 1] {
                    if index - start >= railed { runs.append(start ..< index) }
                    start = index
                }
            }
            if values.count - start >= railed { runs.append(start ..< values.count) }
        }
        for run in runs where abs(values[run.lowerBound]) < 1e4 {
            let isRailed = highest > lowest && (values[run.lowerBound] == highest || values[run.lowerBound] == lowest)
            guard isRailed || run.count >= flat else { continue }
            if isRailed { railedCount += run.count } else { flatCount += run.count }
            // Decimation mixes the samples next to a rail with it.
            let margin = isRailed ? 2 : 0
            for index in max(0, run.lowerBound - margin) ..< min(values.count, run.upperBound + margin) {
                isValid[index] = 0
            }
        }
    }

    /// Joins the valid samples on both sides of a gap by a straight line; the ends keep the nearest valid value.
    private mutating func fillGaps() {
        var previous = -1
        for index in 0 ... values.count {
            guard index == values.count || isValid[index] > 0 else { continue }
            let gap = previous + 1 ..< index
            if !gap.isEmpty {
                let right = index < values.count ? values[index] : previous >= 0 ? values[previous] : 0
                let left = previous >= 0 ? values[previous] : right
                let step = (right - left) / Float(gap.count + 1)
                for place in gap { values[place] = left + step * Float(place - previous) }
            }
            previous = index
        }
    }
}
