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
        var held = windows
        let end = min(BeatGrid.count, onset + 20 + reach + smoothing)
        for lead in 0 ..< windows.leadCount {
            let level = windows.mean(of: lead, over: onset - 6 ..< onset - 1)
            for point in max(0, onset - 2) ..< end { held[lead, point] = level }
        }
        return secondDifference(of: held.smoothed(half: smoothing, range: 0 ..< end), over: reach ..< onset + 20)
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
