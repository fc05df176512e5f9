import Foundation

/// Pacing spikes in one lead: deflections of at most some milliseconds that a heart cannot make.
enum PacingSpikes {
    /// The least height, in mV.
    static let lowestHeight: Float = 0.4
    /// More is no voltage of a pacemaker, in mV.
    static let greatestHeight: Float = 100
    /// The least sampling rate, in Hz, at which a spike and a narrow QRS complex differ.
    static let lowestRate = 240.0

    /// Returns the samples of the spikes, ascending.
    ///
    /// A spike rises and falls back within 6 ms to either side, and 15 ms away the lead is no farther from its tip
    /// than 6 ms away. The flank of a QRS complex goes on.
    static func places(_ lead: [Float], samplingRate: Double) -> [Int] {
        guard samplingRate >= lowestRate else { return [] }
        let near = max(1, Int((0.006 * samplingRate).rounded()))
        let far = Int((0.015 * samplingRate).rounded())
        guard lead.count > 2 * far else { return [] }
        var found: [Int] = []
        lead.withUnsafeBufferPointer { lead in
            let bytes = UnsafeRawBufferPointer(lead)
            func eight(_ place: Int) -> SIMD8<Float> {
                bytes.loadUnaligned(fromByteOffset: place * MemoryLayout<Float>.stride, as: SIMD8<Float>.self)
            }
            let end = lead.count - far
            for start in stride(from: far, to: end, by: 8) {
                // Most places are no tips: eight of them are ruled out at a time.
                if start + 8 + near <= lead.count {
                    let (left, right) = (eight(start) - eight(start - near), eight(start) - eight(start + near))
                    if !any((left * right) .> lowestHeight * lowestHeight) { continue }
                }
                for index in start ..< min(start + 8, end) where isTip(lead, index, near: near, far: far) {
                    if let last = found.last, index - last <= 2 * near {
                        if abs(lead[index] - lead[index - near]) > abs(lead[last] - lead[last - near]) {
                            found[found.count - 1] = index
                        }
                    } else {
                        found.append(index)
                    }
                }
            }
        }
        return withoutNoise(found, samplingRate: samplingRate)
    }

    /// Leaves out spikes with more than six others within half a second: no pacemaker is that fast, but powerline noise
    /// is.
    private static func withoutNoise(_ places: [Int], samplingRate: Double) -> [Int] {
        let reach = Int(0.5 * samplingRate)
        var (first, end) = (0, 0)
        return places.filter { place in
            while places[first] < place - reach { first += 1 }
            while end < places.count && places[end] <= place + reach { end += 1 }
            return end - first <= 7
        }
    }

    private static func isTip(_ lead: UnsafeBufferPointer<Float>, _ index: Int, near: Int, far: Int) -> Bool {
        let height = lead[index]
        let (left, right) = (height - lead[index - near], height - lead[index + near])
        let nearest = min(abs(left), abs(right))
        guard left * right > 0, nearest > lowestHeight, nearest < greatestHeight else { return false }
        let (before, after) = (height - lead[index - far], height - lead[index + far])
        return abs(before) < 1.3 * nearest && abs(after) < 1.3 * nearest && before * left > 0 && after * left > 0
            && abs(before - after) < 0.5 * nearest
    }

    /// Replaces the samples around the spikes by straight lines.
    static func removed(_ places: [Int], from lead: [Float], samplingRate: Double) -> [Float] {
        guard !places.isEmpty else { return lead }
        let reach = max(1, Int((0.008 * samplingRate).rounded()))
        var lead = lead
        for place in places {
            let (left, right) = (max(0, place - reach), min(lead.count - 1, place + reach))
            let step = (lead[right] - lead[left]) / Float(right - left)
            for index in left ... right { lead[index] = lead[left] + step * Float(index - left) }
        }
        return lead
    }
}
