import Foundation

/// The mean shape of complexes, at the working rate, each lead in shares of its usual range.
struct QRSTemplate {
    /// Leads × samples of a window that is wide enough for every lag.
    var values: [Float]
    /// Complexes in the mean, per lead.
    var counts: [Float]
    let leadCount: Int
    let width: Int

    init(leadCount: Int, width: Int) {
        self.leadCount = leadCount
        self.width = width
        values = [Float](repeating: 0, count: leadCount * width)
        counts = [Float](repeating: 0, count: leadCount)
    }

    /// The distance to a complex at a lag.
    struct Match {
        /// The squared difference in shares of the larger of the two squared norms; infinite without a common lead.
        var distance = Float.infinity
        var lag = 0
    }

    /// Adds a complex at a lag; the mean forgets beats older than `memory`.
    mutating func add(_ shapes: QRSShapes, _ complex: Int, lag: Int, scales: [Float], memory: Float = 60) {
        for lead in 0 ..< leadCount where shapes.isPresent(complex, lead: lead) {
            counts[lead] = min(counts[lead] + 1, memory)
            let share = 1 / counts[lead]
            let scale = 1 / scales[lead]
            let window = shapes.window(complex, lead: lead, lag: lag)
            for offset in 0 ..< width {
                let place = lead * width + offset
                values[place] += share * (shapes.values[window.lowerBound + offset] * scale - values[place])
            }
        }
    }

    /// Returns the distance at one lag.
    func distance(_ shapes: QRSShapes, _ complex: Int, lag: Int, scales: [Float]) -> Float {
        var (difference, norm, own): (Float, Float, Float) = (0, 0, 0)
        values.withUnsafeBufferPointer { values in
            shapes.values.withUnsafeBufferPointer { samples in
                for lead in 0 ..< leadCount where counts[lead] > 0 && shapes.isPresent(complex, lead: lead) {
                    let scale = 1 / scales[lead]
                    let start = shapes.window(complex, lead: lead, lag: lag).lowerBound
                    for offset in 0 ..< width {
                        let sample = samples[start + offset] * scale
                        let value = values[lead * width + offset]
                        difference += (sample - value) * (sample - value)
                        norm += sample * sample
                        own += value * value
                    }
                }
            }
        }
        return max(norm, own) > 0 ? difference / max(norm, own) : .infinity
    }

    /// Returns the best of the lags.
    func match(_ shapes: QRSShapes, _ complex: Int, lags: [Int], scales: [Float]) -> Match {
        var best = Match()
        for lag in lags {
            let distance = self.distance(shapes, complex, lag: lag, scales: scales)
            if distance < best.distance { best = Match(distance: distance, lag: lag) }
        }
        return best
    }

    /// The correlation with another template over the leads that both have, at the best shift of up to `reach`.
    ///
    /// - Returns: the correlation, the ratio of norms (this over the other), and the shift: sample i + shift of this
    ///   template lies at sample i of the other. nil without a common lead.
    func similarity(to other: QRSTemplate, reach: Int) -> (correlation: Float, ratio: Float, shift: Int)? {
        let common = (0 ..< leadCount).filter { counts[$0] > 0 && other.counts[$0] > 0 }
        guard !common.isEmpty else { return nil }
        var best: (correlation: Float, ratio: Float, shift: Int)?
        for shift in -reach ... reach {
            let offsets = max(0, -shift) ..< min(width, width - shift)
            var (product, own, others): (Float, Float, Float) = (0, 0, 0)
            for lead in common {
                let start = lead * width
                let count = Float(offsets.count)
                var (mean, otherMean): (Float, Float) = (0, 0)
                for offset in offsets {
                    mean += values[start + offset + shift]
                    otherMean += other.values[start + offset]
                }
                mean /= count
                otherMean /= count
                for offset in offsets {
                    let left = values[start + offset + shift] - mean
                    let right = other.values[start + offset] - otherMean
                    product += left * right
                    own += left * left
                    others += right * right
                }
            }
            guard own > 0, others > 0 else { continue }
            let correlation = product / (own * others).squareRoot()
            if correlation > best?.correlation ?? -2 {
                best = (correlation, (own / others).squareRoot(), shift)
            }
        }
        return best
    }
}

extension QRSTemplate {
    /// The best correlation with a complex over the lags, over the leads that both have; nil without one.
    func correlation(_ shapes: QRSShapes, _ complex: Int, lags: ClosedRange<Int>, scales: [Float]) -> Float? {
        let common = (0 ..< leadCount).filter { counts[$0] > 0 && shapes.isPresent(complex, lead: $0) }
        guard !common.isEmpty else { return nil }
        var best: Float?
        for lag in lags {
            var (product, own, others): (Float, Float, Float) = (0, 0, 0)
            for lead in common {
                let scale = 1 / scales[lead]
                let start = shapes.window(complex, lead: lead, lag: lag).lowerBound
                let count = Float(width)
                var (mean, otherMean): (Float, Float) = (0, 0)
                for offset in 0 ..< width {
                    mean += values[lead * width + offset]
                    otherMean += shapes.values[start + offset] * scale
                }
                mean /= count
                otherMean /= count
                for offset in 0 ..< width {
                    let left = values[lead * width + offset] - mean
                    let right = shapes.values[start + offset] * scale - otherMean
                    product += left * right
                    own += left * left
                    others += right * right
                }
            }
            guard own > 0, others > 0 else { continue }
            best = max(best ?? -2, product / (own * others).squareRoot())
        }
        return best
    }

    /// The time in samples for which the leads together change faster than 18 % of their fastest change.
    var duration: Float {
        var change = [Float](repeating: 0, count: width)
        for lead in 0 ..< leadCount where counts[lead] > 0 {
            for offset in 1 ..< width - 1 {
                let step = values[lead * width + offset + 1] - values[lead * width + offset - 1]
                change[offset] += step * step
            }
        }
        for offset in change.indices { change[offset] = change[offset].squareRoot() }
        guard let peak = change.indices.max(by: { change[$0] < change[$1] }), change[peak] > 0 else { return 0 }
        let limit = 0.18 * change[peak]
        let isFast = { (offset: Int) in change.indices.contains(offset) && change[offset] > limit }
        var (left, right) = (peak, peak)
        while isFast(left - 1) || isFast(left - 2) { left -= 1 }
        while isFast(right + 1) || isFast(right + 2) { right += 1 }
        return Float(right - left + 1)
    }

    /// The place of the largest deflection over all leads, in fractions of a sample from the window's start.
    func peak(within range: Range<Int>) -> Float {
        let size = (0 ..< width).map { offset in
            (0 ..< leadCount).reduce(Float(0)) { $0 + values[$1 * width + offset] * values[$1 * width + offset] }
        }
        let inside = range.clamped(to: 0 ..< width)
        guard let best = inside.max(by: { size[$0] < size[$1] }) else { return Float(range.lowerBound) }
        guard best > 0, best + 1 < width else { return Float(best) }
        let curvature = size[best - 1] - 2 * size[best] + size[best + 1]
        return curvature < 0 ? Float(best) + 0.5 * (size[best - 1] - size[best + 1]) / curvature : Float(best)
    }

    /// The shares of two other templates whose sum is nearest to this one, and what remains of its squared norm.
    ///
    /// - Returns: nil without a common lead, or where the two others have one shape.
    func mixture(
        of left: QRSTemplate, and right: QRSTemplate
    ) -> (first: Float, second: Float, remainder: Float)? {
        let common = (0 ..< leadCount).filter { counts[$0] > 0 && left.counts[$0] > 0 && right.counts[$0] > 0 }
        var (ll, rr, lr, l, r, own): (Float, Float, Float, Float, Float, Float) = (0, 0, 0, 0, 0, 0)
        for lead in common {
            for place in lead * width ..< (lead + 1) * width {
                ll += left.values[place] * left.values[place]
                rr += right.values[place] * right.values[place]
                lr += left.values[place] * right.values[place]
                l += values[place] * left.values[place]
                r += values[place] * right.values[place]
                own += values[place] * values[place]
            }
        }
        let determinant = ll * rr - lr * lr
        guard own > 0, determinant > 0.05 * ll * rr else { return nil }
        let first = (l * rr - r * lr) / determinant
        let second = (r * ll - l * lr) / determinant
        return (first, second, max(0, own - first * l - second * r) / own)
    }
}
