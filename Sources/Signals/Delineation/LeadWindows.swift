import Foundation

/// Windows of one beat on the grid of `BeatGrid`, one row per lead, in mV.
struct LeadWindows: Sendable, Equatable {
    let leadCount: Int
    /// leads × `BeatGrid.count`; NaN where nothing was recorded.
    var values: [Float]

    init(leadCount: Int) {
        self.leadCount = leadCount
        values = Array(repeating: .nan, count: leadCount * BeatGrid.count)
    }

    subscript(lead: Int, point: Int) -> Float {
        get { values[lead * BeatGrid.count + point] }
        set { values[lead * BeatGrid.count + point] = newValue }
    }

    /// The mean of a lead's finite points in a range, NaN without one.
    func mean(of lead: Int, over range: Range<Int>) -> Float {
        var (sum, count): (Float, Float) = (0, 0)
        for point in range.clamped(to: 0 ..< BeatGrid.count) {
            let value = self[lead, point]
            if value == value { (sum, count) = (sum + value, count + 1) }
        }
        return count > 0 ? sum / count : .nan
    }

    /// Calls a closure with the row of a lead.
    func withRow<Result>(_ lead: Int, _ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
        values.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[lead * BeatGrid.count ..< (lead + 1) * BeatGrid.count]))
        }
    }

    /// The windows after a Hann-weighted mean over `2 * half - 1` points, from which gaps are left out.
    ///
    /// - Parameter range: points to smooth; all others become NaN.
    func smoothed(half: Int, range: Range<Int> = 0 ..< BeatGrid.count) -> LeadWindows {
        let kernel = (1 - half ..< half).map { Float(0.5 + 0.5 * cos(.pi * Double($0) / Double(half))) / Float(half) }
        var result = LeadWindows(leadCount: leadCount)
        let inner = range.clamped(to: half - 1 ..< BeatGrid.count - half + 1)
        result.values.withUnsafeMutableBufferPointer { target in
            values.withUnsafeBufferPointer { source in
                let (bytes, output) = (UnsafeRawBufferPointer(source), UnsafeMutableRawBufferPointer(target))
                for row in stride(from: 0, to: source.count, by: BeatGrid.count) {
                    var point = row + inner.lowerBound
                    let end = row + inner.upperBound
                    // The sum of a point has the same order in both loops.
                    while point + 16 <= end {
                        var sum = SIMD16<Float>()
                        for (tap, weight) in kernel.enumerated() {
                            let place = (point + tap + 1 - half) * MemoryLayout<Float>.stride
                            sum += weight * bytes.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self)
                        }
                        let place = point * MemoryLayout<Float>.stride
                        output.storeBytes(of: sum, toByteOffset: place, as: SIMD16<Float>.self)
                        point += 16
                    }
                    while point < end {
                        var sum: Float = 0
                        for (tap, weight) in kernel.enumerated() { sum += weight * source[point + tap + 1 - half] }
                        target[point] = sum
                        point += 1
                    }
                    // Points next to a gap or to the end of the window take the mean of what is there.
                    for point in range where !(target[row + point] == target[row + point]) {
                        guard source[row + point] == source[row + point] else { continue }
                        var (sum, weights): (Float, Float) = (0, 0)
                        for (tap, weight) in kernel.enumerated() {
                            let place = point + tap + 1 - half
                            guard place >= 0, place < BeatGrid.count else { continue }
                            let value = source[row + place]
                            if value == value { (sum, weights) = (sum + weight * value, weights + weight) }
                        }
                        target[row + point] = sum / weights
                    }
                    // A sum over the taps of a gap is NaN, and stays NaN where the center itself is missing.
                }
            }
        }
        return result
    }

    /// The root mean square over leads of the slope over 8 ms, in mV/s; 0 where no lead has one.
    func activity(of leads: some Collection<Int>) -> [Float] {
        let count = BeatGrid.count
        var sums = [Float](repeating: 0, count: count)
        var counts = [Float](repeating: 0, count: count)
        for lead in leads {
            withRow(lead) { row in
                for point in 2 ..< count - 2 {
                    let slope = (row[point + 2] - row[point - 2]) * Float(BeatGrid.rate / 4)
                    if slope == slope {
                        sums[point] += slope * slope
                        counts[point] += 1
                    }
                }
            }
        }
        for point in 0 ..< count where counts[point] > 0 { sums[point] = (sums[point] / counts[point]).squareRoot() }
        return sums
    }
}
