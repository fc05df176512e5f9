import Foundation

/// The shapes of QRS complexes in all leads, at the working rate.
///
/// A shape is the lead from 165 ms before to 165 ms after the envelope's maximum, less its level before the complex.
/// QRS windows of it may be shifted by up to `reach` samples.
struct QRSShapes {
    let leadCount: Int
    /// Samples of the window at one lag.
    let width: Int
    /// The largest lag in samples.
    let reach: Int
    /// Samples from the window's start to the complex's middle at lag 0.
    let middle: Int
    /// Samples that are kept of each lead.
    let length: Int

    /// Complexes × leads × length, in mV.
    private(set) var values: [Float] = []
    /// Complexes × leads: false where the lead has no signal around the complex.
    private(set) var isPresent: [Bool] = []
    private(set) var count = 0

    init(leadCount: Int, rate: Double) {
        self.leadCount = leadCount
        reach = max(2, Int((0.04 * rate).rounded()))
        middle = Int((0.1 * rate).rounded())
        width = middle + Int((0.125 * rate).rounded()) + 1
        length = width + 2 * reach
    }

    /// Adds the shape around a sample of a piece.
    ///
    /// - Parameter isVoting: false for a lead whose noise would hide the shape; by default all leads vote.
    mutating func append(_ leads: [WorkingLead], isVoting: [Bool]? = nil, at place: Int) {
        let before = isPresent.count
        for (number, lead) in leads.enumerated() {
            let first = place - middle - reach
            let last = lead.values.count - 1
            var valid: Float = 0
            let start = values.count
            for index in first ..< first + length {
                let inside = min(max(index, 0), last)
                values.append(lead.values[inside])
                valid += lead.isValid[inside]
            }
            isPresent.append(valid >= 0.8 * Float(length) && isVoting?[number] ?? true)
            let level = values[start ..< start + max(2, reach)].reduce(0, +) / Float(max(2, reach))
            for index in start ..< values.count { values[index] -= level }
        }
        // In a complex that is cut off everywhere, all that there is counts.
        if !isPresent[before...].contains(true) {
            for lead in leads.indices { isPresent[before + lead] = true }
        }
        count += 1
    }

    /// The window of a lead of a complex at a lag.
    func window(_ complex: Int, lead: Int, lag: Int) -> Range<Int> {
        let start = (complex * leadCount + lead) * length + reach + lag
        return start ..< start + width
    }

    func isPresent(_ complex: Int, lead: Int) -> Bool { isPresent[complex * leadCount + lead] }

    /// Per lead the usual range of a complex in mV, at least 10 µV.
    func scales() -> [Float] {
        (0 ..< leadCount).map { lead in
            let step = max(1, count / 500)
            let ranges = stride(from: 0, to: count, by: step).compactMap { complex -> Float? in
                guard isPresent(complex, lead: lead) else { return nil }
                let samples = values[window(complex, lead: lead, lag: 0)]
                return samples.max()! - samples.min()!
            }
            let usual = MovingWindow.median(of: ranges)
            return usual.isNaN ? 0.01 : max(usual, 0.01)
        }
    }
}
