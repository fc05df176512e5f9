import Foundation

/// The most likely P wave of a cluster, with the evidence for it.
///
/// In a beat with a P wave the filtered trace before the QRS complex is the same in every beat; in fibrillation it is
/// not, and its median vanishes. Leads are weighted by the inverse of their variance between beats.
struct PWaveEvidence {
    /// The wave's largest deflection over all leads.
    let peak: Int
    /// The median beat, filtered by `PWaveFilter`.
    let bumps: LeadWindows
    /// 1 / mV² for each lead, less for a lead with few beats, 0 for a lead that is not used.
    let weights: [Float]
    /// The power of the median deflection over that of the beats' deviations from it, mean over the leads, weighted by
    /// their beats.
    let consistency: Float
    /// The number of beats per lead, in the same mean.
    let beats: Float
    /// The share of the leads in which this ratio is above 1.
    let agreement: Double
    /// The largest deflection between T and P wave as a share of the P wave's; nil without room between them.
    let baselineRatio: Float?
    /// mV, the largest deflection in any lead.
    let amplitude: Float

    /// mV², added to variances: what the recorder's resolution makes.
    private static let resolution: Float = 0.003 * 0.003
    /// mV², the variance between beats that is assumed if there is one beat.
    private static let singleVariance: Float = 0.015 * 0.015
    /// The first point where a peak is looked for: what is compared around it lies in the window.
    private static let earliest = 50
    /// The least factor of the power of a wave that stands out on one side only.
    private static let leastSymmetry: Float = 0.03
    /// Points, 40 ms: half of the wave that is compared between beats.
    private static let half = 20

    /// - Parameters:
    ///   - members: the template's members, filtered by `PWaveFilter`.
    ///   - qrs: the template's QRS complex.
    ///   - rr: points of the RR interval before the beats.
    ///   - leads: indices of the leads to use.
    init?(template: BeatTemplate, members: [LeadWindows], qrs: GridWave, rr: Int, leads: [Int]) {
        let smooth = PWaveFilter.smooth(template.windows, onset: qrs.onset)
        let bumps = PWaveFilter.bumps(ofSmooth: smooth, onset: qrs.onset)
        let root = (Float(rr) / Float(BeatGrid.rate)).squareRoot()
        // The peak lies 350…44 ms before the QRS complex: half of a P wave of 90 ms, else it is part of the complex.
        // It follows the last T wave: QT is at least 0.41 √RR.
        let first = max(Self.earliest, qrs.onset - 175, qrs.onset - rr + Int(190 * root) + 15)
        let search = first ..< max(first, qrs.onset - 22)
        guard search.count > 20 else { return nil }
        // Leads of a page show fewer beats than its rhythm strip.
        let visible = leads.map { template.count(of: $0, at: qrs.onset) }
        let most = visible.max() ?? 0
        var shares = [Float](repeating: 0, count: bumps.leadCount)
        var corrections = [Float?](repeating: nil, count: bumps.leadCount)
        for (lead, count) in zip(leads, visible) where count > 0 {
            shares[lead] = Float(count) / Float(most)
            guard count > 1 else { continue }
            corrections[lead] = Self.correction(members.count) * (Self.correction(count) / Self.correction(most))
        }
        let variances = Self.variances(
            of: members, from: bumps, lags: template.lags, over: search, corrections: corrections, leads: leads)
        let weights = zip(variances, shares).map { $0 == $0 ? $1 / ($0 + Self.resolution) : 0 }
        let used = leads.filter { weights[$0] > 0 }
        guard !used.isEmpty else { return nil }
        var energies = [Float](repeating: 0, count: qrs.onset)
        for lead in used {
            for point in PWaveFilter.reach ..< qrs.onset {
                let value = bumps[lead, point]
                if value == value { energies[point] += value * value * weights[lead] }
            }
        }
        let symmetry = { (point: Int) in
            used.reduce(Float(0)) { sum, lead in
                let value = PWaveFilter.product(of: smooth, lead: lead, at: point) * weights[lead]
                return value == value ? sum + value : sum
            } / energies[point]
        }
        guard let peak = Self.peak(of: energies, symmetry: symmetry, in: search, onset: qrs.onset) else { return nil }
        var (ratios, total, agreeing, power): (Float, Float, Int, Float) = (0, 0, 0, 0)
        for lead in used {
            let noise =
                corrections[lead].map {
                    $0 * Self.deviation(of: members, from: bumps, lags: template.lags, lead: lead, near: peak)
                } ?? variances[lead]
            let ratio = Self.power(of: bumps, lead: lead, near: peak) / (noise + Self.resolution)
            ratios += shares[lead] * ratio
            total += shares[lead]
            if ratio > 1 { agreeing += 1 }
            if bumps[lead, peak] == bumps[lead, peak] { power = max(power, bumps[lead, peak] * bumps[lead, peak]) }
        }
        consistency = ratios / total
        beats = used.reduce(0) { $0 + shares[$1] * shares[$1] } / total * Float(members.count)
        agreement = Double(agreeing) / Double(used.count)
        amplitude = power.squareRoot()
        let baseline = max(PWaveFilter.reach + 1, qrs.onset - rr + Int(200 * root) + 25)
        baselineRatio =
            baseline < peak - 45
            ? (energies[baseline ..< peak - 45].max()! / energies[peak]).squareRoot() : nil
        (self.peak, self.bumps, self.weights) = (peak, bumps, weights)
    }

    /// The largest local maximum; one more than 220 ms before the QRS complex must be larger the farther it is.
    ///
    /// The end of a T wave is steep on one side. A P wave is higher, or lower, than what is on both sides.
    private static func peak(
        of energies: [Float], symmetry: (Int) -> Float, in search: Range<Int>, onset: Int
    ) -> Int? {
        var (best, height): (Int?, Float) = (nil, 0)
        for point in search where energies[point] > energies[point - 1] && energies[point] >= energies[point + 1] {
            let distance = Float(onset - point)
            let nearness = distance < 110 ? 1 : max(0.2, 1 - 0.8 * (distance - 110) / 65)
            let score = energies[point] * nearness * max(leastSymmetry, symmetry(point))
            if score > height { (best, height) = (point, score) }
        }
        return best
    }

    private static func power(of bumps: LeadWindows, lead: Int, near peak: Int) -> Float {
        var sum: Float = 0
        for point in peak - half ... peak + half {
            let value = bumps[lead, point]
            if value == value { sum += value * value }
        }
        return sum / Float(2 * half + 1)
    }

    /// The mean variance between beats over a range in mV²; NaN for a lead without signal.
    ///
    /// - Parameter corrections: factor of each lead, see `correction`; nil for a lead with one beat.
    private static func variances(
        of members: [LeadWindows], from bumps: LeadWindows, lags: [Int], over range: Range<Int>, corrections: [Float?],
        leads: [Int]
    ) -> [Float] {
        var variances = [Float](repeating: .nan, count: bumps.leadCount)
        for lead in leads {
            var (sum, count): (Float, Float) = (0, 0)
            for (member, lag) in zip(members, lags) {
                for point in range {
                    let deviation = member[lead, point + lag] - bumps[lead, point]
                    if deviation == deviation { (sum, count) = (sum + deviation * deviation, count + 1) }
                }
            }
            guard count > 0 else { continue }
            variances[lead] = corrections[lead].map { sum / count * $0 } ?? Self.singleVariance
        }
        return variances
    }

    /// The median over the beats of the mean squared deviation near the peak, before its correction.
    ///
    /// The median is not touched by a few beats whose P wave falls on the T wave of a premature beat.
    private static func deviation(
        of members: [LeadWindows], from bumps: LeadWindows, lags: [Int], lead: Int, near peak: Int
    ) -> Float {
        var deviations: [Float] = []
        for (member, lag) in zip(members, lags) {
            var (sum, count): (Float, Float) = (0, 0)
            for point in peak - half ... peak + half {
                let deviation = member[lead, point + lag] - bumps[lead, point]
                if deviation == deviation { (sum, count) = (sum + deviation * deviation, count + 1) }
            }
            if count > Float(half / 2) { deviations.append(sum / count) }
        }
        guard !deviations.isEmpty else { return .infinity }
        deviations.sort()
        return (deviations[(deviations.count - 1) / 2] + deviations[deviations.count / 2]) / 2
    }

    /// Makes up for the median's having been taken from the same beats.
    private static func correction(_ count: Int) -> Float { Float(count) / Float(count - 1) }
}

extension PWaveEvidence {
    /// Returns the lag at which a beat has this P wave, nil where it has not.
    ///
    /// - Parameters:
    ///   - beat: the beat, filtered by `PWaveFilter`.
    ///   - lag: points by which the beat's QRS complex comes later than the template's.
    ///   - correlation: the least correlation over all leads, 0…1.
    ///   - share: the least height as a share of this wave's.
    func lag(in beat: LeadWindows, near lag: Int, correlation least: Float, share: Float) -> Int? {
        var (best, bestLag): (Float, Int?) = (least, nil)
        // 40 ms: the PR interval of conducted beats varies by less.
        for shift in -20 ... 20 {
            var (product, own, others): (Float, Float, Float) = (0, 0, 0)
            for lead in 0 ..< bumps.leadCount where weights[lead] > 0 {
                for point in peak - 25 ... peak + 25 {
                    let place = point + lag + shift
                    guard place >= 0, place < BeatGrid.count else { continue }
                    let (a, b) = (bumps[lead, point], beat[lead, place])
                    guard a == a, b == b else { continue }
                    product += weights[lead] * a * b
                    own += weights[lead] * a * a
                    others += weights[lead] * b * b
                }
            }
            guard own > 0, others > 0, product > share * own else { continue }
            // Between equals the nearer one wins.
            let correlation = product / (own * others).squareRoot() - 0.004 * Float(abs(shift))
            if correlation > best { (best, bestLag) = (correlation, lag + shift) }
        }
        return bestLag
    }
}

/// Filters the trace before a QRS complex for deflections of about 100 ms.
///
/// The trace is smoothed over 40 ms and compared with itself 56 ms before and after. Slopes, such as the end of a
/// T wave, vanish. The QRS complex is held off by the level just before it.
enum PWaveFilter {
    /// Points, 56 ms.
    static let reach = 28
    private static let smoothing = 12

    /// Returns the filtered windows, NaN outside what can be filtered.
    ///
    /// - Parameter onset: the beat's QRS onset.
    static func bumps(of windows: LeadWindows, onset: Int) -> LeadWindows {
        bumps(ofSmooth: smooth(windows, onset: onset), onset: onset)
    }

    static func bumps(ofSmooth smooth: LeadWindows, onset: Int) -> LeadWindows {
        secondDifference(of: smooth, over: reach ..< onset + 20)
    }

    /// Returns the smoothed windows up to the QRS complex, in whose place is the level just before it.
    static func smooth(_ windows: LeadWindows, onset: Int) -> LeadWindows {
        var held = windows
        let end = min(BeatGrid.count, onset + 20 + reach + smoothing)
        for lead in 0 ..< windows.leadCount {
            let level = windows.mean(of: lead, over: onset - 6 ..< onset - 1)
            for point in max(0, onset - 2) ..< end { held[lead, point] = level }
        }
        return held.smoothed(half: smoothing, range: 0 ..< end)
    }

    /// The distances from the trace before and from the trace after a point, multiplied: at most the square of the bump,
    /// about 0 where the trace is level on one side, and negative on a slope.
    static func product(of smooth: LeadWindows, lead: Int, at point: Int) -> Float {
        let value = smooth[lead, point]
        return (value - smooth[lead, point - reach]) * (value - smooth[lead, point + reach])
    }

    /// Returns the filtered windows with the QRS complex and what follows.
    static func bumps(of windows: LeadWindows) -> LeadWindows {
        secondDifference(of: windows.smoothed(half: smoothing), over: reach ..< BeatGrid.count - reach)
    }

    /// The distance of each point from the mean of the points `reach` before and after; where the trace begins or
    /// ends in between, it is held.
    private static func secondDifference(of smooth: LeadWindows, over range: Range<Int>) -> LeadWindows {
        var result = LeadWindows(leadCount: smooth.leadCount)
        for lead in 0 ..< smooth.leadCount {
            smooth.withRow(lead) { row in
                for point in range.clamped(to: reach ..< BeatGrid.count - reach) {
                    let (value, before, after) = (row[point], row[point - reach], row[point + reach])
                    result[lead, point] =
                        value - 0.5 * ((before == before ? before : value) + (after == after ? after : value))
                }
            }
        }
        return result
    }
}
