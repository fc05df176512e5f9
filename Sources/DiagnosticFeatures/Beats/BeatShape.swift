import Foundation
import Signals

/// The shape of one beat in one lead, relative to the patient's usual beat.
///
/// A value is NaN where the lead was not recorded around the beat.
struct LeadComparison {
    /// Correlation of the QRS complex.
    var qrsCorrelation = Double.nan
    /// ln of the QRS complex's height, over the usual one's.
    var height = Double.nan
    /// (max + min) / (max − min) of the QRS complex, less the usual one's: −2…2.
    var polarity = Double.nan
    /// Mean of the QRS window less the usual one's, over the usual height.
    var area = Double.nan
    /// ln of the steepest slope over the usual one's.
    var slope = Double.nan
    /// Correlation of the T window, and its mean less the usual one's over the usual height.
    var tCorrelation = Double.nan
    var tLevel = Double.nan
    /// Correlation of the P window.
    var pCorrelation = Double.nan
    /// ln of the standard deviation of the difference of the P windows over that of the usual one.
    var pDifference = Double.nan
    /// Heights of the P window and of the usual one's, over the usual QRS height.
    var pHeight = Double.nan
    var usualPHeight = Double.nan
}

/// The shape of one beat over its leads.
struct BeatShape {
    var leads: [LeadComparison]
    /// Correlation of the QRS complex with the usual one over both leads.
    var qrsCorrelation = Double.nan
    /// ln(‖beat − usual‖ / ‖usual‖ + 0.02) of the QRS complex.
    var distance = Double.nan
    /// ln of the QRS width + 20 ms over the usual one's.
    var width = Double.nan
    /// ln of the effective width over the usual one's.
    var effectiveWidth = Double.nan
    /// ln of the highest slope over the usual one's.
    var activity = Double.nan
    /// The QRS complex in shares of the usual height, leads × points, for comparison with the neighbors.
    var complex: [[Float]] = []
}

/// The patient's usual beat in up to two leads, which all beats are compared with.
struct UsualShape {
    /// ms between points.
    private static let step = 4
    private static let middle = UsualBeat.fiducial / 2
    private static func points(_ from: Int, _ to: Int) -> Range<Int> { middle + from / step ..< middle + to / step }
    private static let qrs = points(-92, 124)
    private static let p = points(-252, -92)
    private static let t = points(124, 420)
    private static let level = points(-120, -68)
    private static let envelope = points(-160, 200)
    /// Points, 32 ms, by which a beat may be shifted.
    private static let reach = 8
    /// Beats in the usual one.
    private static let mostBeats = 60

    private let singles: BeatTraces
    /// Leads × points of 4 ms in mV; empty for a lead without usual beats.
    private let usual: [[Float]]
    /// mV: the QRS complex's height.
    private let heights: [Float]
    private let usualActivity: [Float]

    /// - Parameter members: the usual beats that came on time.
    init(_ singles: BeatTraces, members: [Int], leadCount: Int) {
        self.singles = singles
        let count = min(members.count, Self.mostBeats)
        let beats = (0 ..< count).map { Self.windows(singles[members[$0 * members.count / count]], lag: 0) }
        let usual = (0 ..< leadCount).map { lead -> [Float] in
            let traces = beats.map { $0[lead] }.filter { !$0.isEmpty }
            guard !traces.isEmpty else { return [] }
            return traces[0].indices.map { point in MovingWindow.median(of: traces.lazy.map { $0[point] }) }
        }
        self.usual = usual
        let heights = usual.map { trace in trace.isEmpty ? 0 : Self.height(trace[Self.qrs]) + 0.001 }
        self.heights = heights
        usualActivity = Self.activity(usual, heights: heights)
    }

    /// The comparison of a beat with the usual one.
    func shape(of beat: Int) -> BeatShape {
        let full = singles[beat]
        var windows = Self.windows(full, lag: 0)
        let common = usual.indices.filter { !usual[$0].isEmpty && !windows[$0].isEmpty }
        var shape = BeatShape(leads: usual.map { _ in LeadComparison() })
        guard !common.isEmpty else { return shape }
        var (best, lag) = (-Double.infinity, 0)
        let target = scaled(usual, common)
        for shift in -Self.reach ... Self.reach {
            let found = Self.correlation(scaled(windows, common, shift: shift), target)
            if found > best { (best, lag) = (found, shift) }
        }
        if lag != 0 { windows = Self.windows(full, lag: lag) }
        let aligned = common.filter { !windows[$0].isEmpty }
        guard !aligned.isEmpty else { return shape }
        shape.qrsCorrelation = best
        var (difference, norm): (Float, Float) = (0, 0)
        for lead in aligned {
            for point in Self.qrs {
                let (own, other) = (windows[lead][point] / heights[lead], usual[lead][point] / heights[lead])
                difference += (own - other) * (own - other)
                norm += other * other
            }
            shape.leads[lead] = comparison(windows[lead], lead: lead)
        }
        shape.distance = log(Double((difference / norm).squareRoot()) + 0.02)
        let activity = Self.activity(windows, heights: heights)
        shape.width = log((Self.width(activity) + 20) / (Self.width(usualActivity) + 20))
        shape.effectiveWidth = log(Self.effectiveWidth(activity) / Self.effectiveWidth(usualActivity))
        shape.activity = log(Double(activity[Self.qrs].max()! / usualActivity[Self.qrs].max()!))
        shape.complex = usual.indices.map { lead in
            windows[lead].isEmpty || usual[lead].isEmpty ? [] : windows[lead][Self.qrs].map { $0 / heights[lead] }
        }
        return shape
    }

    private func comparison(_ trace: [Float], lead: Int) -> LeadComparison {
        let (other, height) = (usual[lead], heights[lead])
        let (own, target) = (trace[Self.qrs], other[Self.qrs])
        var result = LeadComparison()
        result.qrsCorrelation = Self.correlation([Array(own)], [Array(target)])
        result.height = log(Double((Self.height(own) + 0.02) / (Self.height(target) + 0.02)))
        result.polarity = Double(Self.polarity(own) - Self.polarity(target))
        result.area = Double((Self.mean(own) - Self.mean(target)) / height)
        result.slope = log(Double((Self.steepest(own) + 0.01) / (Self.steepest(target) + 0.01)))
        result.tCorrelation = Self.correlation([Array(trace[Self.t])], [Array(other[Self.t])])
        result.tLevel = Double((Self.mean(trace[Self.t]) - Self.mean(other[Self.t])) / height)
        let (p, usualP) = (trace[Self.p], other[Self.p])
        result.pCorrelation = Self.correlation([Array(p)], [Array(usualP)])
        let difference = zip(p, usualP).map { $0 - $1 }
        result.pDifference = log(Double((Self.deviation(difference[...]) + 0.01) / (Self.deviation(usualP) + 0.01)))
        result.pHeight = Double(Self.height(p) / height)
        result.usualPHeight = Double(Self.height(usualP) / height)
        return result
    }

    /// Every second point of each lead at a lag, less its level before the complex; empty for a lead with a gap.
    private static func windows(_ full: [[Float]], lag: Int) -> [[Float]] {
        full.map { trace in
            let used = stride(from: 0, to: trace.count, by: 2).map { point in
                trace[min(max(point + 2 * lag, 0), trace.count - 1)]
            }
            guard used[p.lowerBound - reach ..< t.upperBound + reach].allSatisfy(\.isFinite) else { return [] }
            let base = MovingWindow.median(of: used[level])
            return used.map { $0 - base }
        }
    }

    private func scaled(_ traces: [[Float]], _ leads: [Int], shift: Int = 0) -> [[Float]] {
        leads.map { lead in Self.qrs.map { traces[lead][$0 + shift] / heights[lead] } }
    }

    /// The correlation over all rows together; 0 where one is constant.
    static func correlation(_ left: [[Float]], _ right: [[Float]]) -> Double {
        var (a, b, aa, bb, ab, count) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for (first, second) in zip(left, right) {
            for (x, y) in zip(first, second) {
                let (x, y) = (Double(x), Double(y))
                a += x
                b += y
                aa += x * x
                bb += y * y
                ab += x * y
                count += 1
            }
        }
        let norms = (aa - a * a / count) * (bb - b * b / count)
        return norms > 1e-18 ? (ab - a * b / count) / norms.squareRoot() : 0
    }

    private static func height(_ part: ArraySlice<Float>) -> Float { part.max()! - part.min()! }

    private static func polarity(_ part: ArraySlice<Float>) -> Float {
        (part.max()! + part.min()!) / (height(part) + 0.05)
    }

    private static func mean(_ part: ArraySlice<Float>) -> Float { part.reduce(0, +) / Float(part.count) }

    private static func steepest(_ part: ArraySlice<Float>) -> Float {
        zip(part, part.dropFirst()).reduce(0) { max($0, abs($1.1 - $1.0)) }
    }

    private static func deviation(_ part: ArraySlice<Float>) -> Float {
        let mean = mean(part)
        return (part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(part.count)).squareRoot()
    }

    /// The root mean square over 60 ms of the slopes of all leads, each in shares of its usual height.
    private static func activity(_ traces: [[Float]], heights: [Float]) -> [Float] {
        var squares = [Float](repeating: 0, count: UsualBeat.count / 2 + 1)
        for (trace, height) in zip(traces, heights) where !trace.isEmpty && height > 0 {
            for point in envelope.lowerBound - 10 ..< envelope.upperBound + 10 {
                let slope = (trace[point + 1] - trace[point - 1]) / height
                squares[point] += slope * slope
            }
        }
        return MovingWindow.mean(squares, width: 15).map { $0.squareRoot() }
    }

    /// ms around the fiducial point for which the activity is above 18 % of its peak; a single point below does not end
    /// it.
    private static func width(_ activity: [Float]) -> Double {
        let limit = 0.18 * activity[qrs].max()!
        let isHigh = { (point: Int) in envelope.contains(point) && activity[point] > limit }
        var (left, right) = (middle, middle)
        while isHigh(left - 1) || isHigh(left - 2) { left -= 1 }
        while isHigh(right + 1) || isHigh(right + 2) { right += 1 }
        return Double(min(right - left, 320 / step) * step)
    }

    /// ms: (Σ activity)² / Σ activity².
    private static func effectiveWidth(_ activity: [Float]) -> Double {
        let (sum, squares) = activity[envelope].reduce(into: (0.0, 1e-12)) {
            $0.0 += Double($1)
            $0.1 += Double($1) * Double($1)
        }
        return max(sum * sum / squares * Double(step), 1)
    }
}
